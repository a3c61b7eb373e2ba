import { expect } from 'chai'
import fc from 'fast-check'
import { chunkRoot, encodeChunks, isChunkAt } from '../../../../agent/learning/chunk-tree.ts'
import { wrongCoordinate } from '../../../../agent/learning/rounds/wrong-coordinate.ts'
import { keccak } from '../../../../protocol/keccak.ts'
import { SEED } from '../../../seed.ts'

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const round = fc
  .record({ length: fc.integer({ min: 1, max: 40 }), count: fc.integer({ min: 1, max: 4 }) })
  .chain(({ length, count }) => {
    const vector = fc
      .array(int32, { minLength: length, maxLength: length })
      .map((list) => Int32Array.from(list))
    return fc.record({
      right: vector,
      updates: fc.array(vector, { minLength: count, maxLength: count }),
      at: fc.nat(length - 1),
      chunkSize: fc.integer({ min: 1, max: 8 }),
    })
  })

describe(`the proof that an aggregate is wrong (seed ${SEED})`, () => {
  it('names the coordinate, with chunks that the roots vouch for', () => {
    fc.assert(
      fc.property(round, ({ right, updates, at, chunkSize }) => {
        const proposed = right.slice()
        proposed[at] = (right[at] ?? 0) ^ 1
        const wrong = wrongCoordinate(proposed, right, updates, chunkSize, keccak)
        if (wrong === undefined) throw new Error('found nothing')
        const { chunkIndex, coordinate, resultChunk, resultProof, chunks, proofs } = wrong
        expect(chunkIndex * chunkSize + coordinate).to.equal(at)
        const vouches = (vector: Int32Array, chunk: Uint8Array, proof: Uint8Array[]) => {
          const all = encodeChunks(vector, chunkSize)
          return isChunkAt(chunk, proof, chunkRoot(all, keccak), chunkIndex, all.length, keccak)
        }
        expect(vouches(proposed, resultChunk, resultProof)).to.equal(true)
        const found = updates.map((update, i) =>
          vouches(update, chunks[i] ?? new Uint8Array(), proofs[i] ?? []),
        )
        expect(found).to.deep.equal(updates.map(() => true))
      }),
      { seed: SEED },
    )
  })

  it('is not to be had of the right one', () => {
    const right = Int32Array.of(1, 2)
    expect(wrongCoordinate(right.slice(), right, [right], 1, keccak)).to.equal(undefined)
  })

  it('is not looked for in vectors of different lengths', () => {
    const right = Int32Array.of(1, 2)
    expect(() => wrongCoordinate(Int32Array.of(1), right, [right], 1, keccak)).to.throw(RangeError)
    expect(() => wrongCoordinate(right, right, [Int32Array.of(1)], 1, keccak)).to.throw(RangeError)
  })
})
