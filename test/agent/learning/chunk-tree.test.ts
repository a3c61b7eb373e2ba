import { expect } from 'chai'
import fc from 'fast-check'
import { concat, keccak256, toHex } from 'viem'
import { chunkProof, chunkRoot, encodeChunks, isChunkAt } from '../../../agent/learning/chunk-tree.ts'

const hash = (data: Uint8Array) => keccak256(data, 'bytes')
const vector = fc
  .array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { minLength: 1, maxLength: 40 })
  .map((values) => Int32Array.from(values))

describe('chunk trees', () => {
  it('cut a vector into big-endian chunks', () => {
    const chunks = encodeChunks(Int32Array.of(1, -1, -(2 ** 31)), 2)
    expect(chunks.map((chunk) => toHex(chunk))).to.deep.equal(['0x00000001ffffffff', '0x80000000'])
  })

  it('hash chunks in order, padded to a power of two', () => {
    const chunks = encodeChunks(Int32Array.of(1, 2, 3), 1)
    const [a, b, c] = chunks.map((chunk) => keccak256(chunk))
    if (a === undefined || b === undefined || c === undefined) throw new Error('three chunks')
    const node = (left: `0x${string}`, right: `0x${string}`) => keccak256(concat([left, right]))
    const zero = `0x${'00'.repeat(32)}` as const
    expect(toHex(chunkRoot(chunks, hash))).to.equal(node(node(a, b), node(c, zero)))
    expect(chunkProof(chunks, 2, hash).map((step) => toHex(step))).to.deep.equal([zero, node(a, b)])
    expect(toHex(chunkRoot(chunks.slice(0, 1), hash))).to.equal(a)
  })

  it('find every chunk at its place, and nowhere else', () => {
    fc.assert(
      fc.property(vector, fc.integer({ min: 1, max: 5 }), fc.nat(), fc.nat(), (values, size, a, b) => {
        const chunks = encodeChunks(values, size)
        const root = chunkRoot(chunks, hash)
        const [index, other] = [a % chunks.length, b % chunks.length]
        const [chunk, another] = [chunks[index], chunks[other]]
        if (chunk === undefined || another === undefined) throw new Error('there is such a chunk')
        const proof = chunkProof(chunks, index, hash)
        const isAt = (what: Uint8Array, where: number, path = proof) =>
          isChunkAt(what, path, root, where, chunks.length, hash)
        expect(isAt(chunk, index)).to.equal(true)
        expect(isAt(chunk, index + chunks.length)).to.equal(false)
        expect(isAt(chunk, index, [...proof, new Uint8Array(32)])).to.equal(false)
        if (toHex(chunk) !== toHex(another)) {
          expect(isAt(another, index)).to.equal(false)
          expect(isAt(chunk, other)).to.equal(false)
        }
      }),
    )
  })

  it('refuse what cannot be cut or is not there', () => {
    expect(() => encodeChunks(new Int32Array(0), 4)).to.throw(RangeError)
    for (const size of [0, -1, 1.5]) expect(() => encodeChunks(Int32Array.of(1), size)).to.throw(RangeError)
    expect(() => chunkRoot([], hash)).to.throw(RangeError)
    expect(() => chunkProof([Uint8Array.of(1)], 1, hash)).to.throw(RangeError)
  })
})
