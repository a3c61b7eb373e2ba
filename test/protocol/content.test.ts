import { expect } from 'chai'
import fc from 'fast-check'
import {
  CHUNK_BYTES,
  chunkLength,
  chunkOf,
  isList,
  MAX_CONTENT_BYTES,
  nameContent,
  needsList,
  readRoot,
  sha256,
} from '../../protocol/content.ts'
import { WireError } from '../../protocol/errors.ts'

const text = (value: string) => new TextEncoder().encode(value)

describe('names of contents', () => {
  it('are the SHA-256 of a short one', async () => {
    // FIPS 180-4, and the examples of NIST.
    const names = {
      '': '0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      abc: '0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    }
    for (const [content, digest] of Object.entries(names)) {
      const named = await nameContent(text(content))
      expect(named).to.deep.equal({ digest, root: text(content), list: undefined })
    }
  })

  it('are the SHA-256 of the list of chunks of a long one', async () => {
    const content = new Uint8Array(2 * CHUNK_BYTES + 1).fill(7)
    const { digest, root, list } = await nameContent(content)
    const [whole, last] = [await sha256(content.subarray(0, CHUNK_BYTES)), await sha256(Uint8Array.of(7))]
    expect(list).to.deep.equal({ size: content.length, digests: [whole, whole, last] })
    expect(Buffer.from(root).toString('latin1', 0, 16)).to.equal('mesh chunk list\n')
    expect(Buffer.from(root).toString('hex', 16)).to.equal(
      `0000000000040001${whole.slice(2)}${whole.slice(2)}${last.slice(2)}`,
    )
    expect(digest).to.equal(await sha256(root))
    expect([0, 1, 2].map((index) => chunkLength(list ?? { size: 0 }, index))).to.deep.equal([
      CHUNK_BYTES,
      CHUNK_BYTES,
      1,
    ])
  })

  it('tell a list from a content that looks like one', async () => {
    const { root } = await nameContent(new Uint8Array(CHUNK_BYTES + 1))
    const named = await nameContent(root)
    expect(named.root).to.not.deep.equal(root)
    expect(named.list).to.deep.equal({ size: root.length, digests: [await sha256(root)] })
    expect(needsList({ size: root.length }, root)).to.equal(true)
    expect(needsList({ size: 3 }, text('abc'))).to.equal(false)
  })

  it('have a list from the first byte beyond a chunk on', async () => {
    for (const [length, isListed] of [
      [CHUNK_BYTES, false],
      [CHUNK_BYTES + 1, true],
    ] as const) {
      expect(isList((await nameContent(new Uint8Array(length))).root)).to.equal(isListed)
    }
  })

  it('differ for different contents, and lists are read as they were written', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 3 * CHUNK_BYTES }), fc.nat(), async (length, place) => {
        const content = new Uint8Array(length)
        const { digest, root, list } = await nameContent(content)
        expect(readRoot(root)).to.deep.equal(list)
        for (const [index, expected] of (list?.digests ?? []).entries()) {
          expect(await sha256(chunkOf(content, index))).to.equal(expected)
        }
        if (length === 0) return
        const other = content.with(place % length, 1)
        expect((await nameContent(other)).digest).to.not.equal(digest)
      }),
      { numRuns: 20 },
    )
  })

  it('are refused beyond the most that a list can name', () => {
    // Its bytes are never touched.
    const huge = { length: MAX_CONTENT_BYTES + 1 } as Uint8Array
    return nameContent(huge).then(
      () => expect.fail('it was named'),
      (error) => expect(error).to.be.an.instanceOf(RangeError),
    )
  })
})

describe('readRoot', () => {
  it('refuses a list of another length than its size has, or of another size than may be', async () => {
    const { root } = await nameContent(new Uint8Array(2 * CHUNK_BYTES))
    const sized = (size: bigint) => {
      const changed = Uint8Array.from(root)
      new DataView(changed.buffer).setBigUint64(16, size)
      return changed
    }
    const wrong = [
      root.subarray(0, -1),
      root.subarray(0, -32),
      Uint8Array.of(...root, 0),
      root.subarray(0, 20),
      ...[0n, 15n, BigInt(CHUNK_BYTES), BigInt(2 * CHUNK_BYTES + 1), 2n ** 64n - 1n].map(sized),
      new Uint8Array(CHUNK_BYTES + 1),
    ]
    for (const bytes of wrong) {
      expect(() => readRoot(bytes), `${bytes.length} bytes`)
        .to.throw(WireError)
        .with.property('code', 'CHUNK_LIST_INVALID')
    }
  })

  it('reads any bytes, or refuses them', () => {
    const mark = [...text('mesh chunk list\n')]
    const bytes = fc.uint8Array({ maxLength: 200 })
    fc.assert(
      fc.property(fc.boolean(), bytes, (isMarked, rest) => {
        const root = isMarked ? Uint8Array.from([...mark, ...rest]) : rest
        try {
          const list = readRoot(root)
          expect(list === undefined).to.equal(!isList(root))
        } catch (error) {
          expect(error).to.be.an.instanceOf(WireError)
        }
      }),
    )
  })
})
