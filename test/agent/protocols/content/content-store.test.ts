import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { openBlobs } from '../../../../agent/platform/blobs.ts'
import { memoryBlobs } from '../../../../agent/platform/memory-blobs.ts'
import { ContentStore } from '../../../../agent/protocols/content/content-store.ts'
import { CHUNK_BYTES, chunkOf, nameContent } from '../../../../protocol/content.ts'
import { temporaryPaths } from '../../support/temporary.ts'
import { sampleBytes } from './support/sample-bytes.ts'

const LONG = sampleBytes(3 * CHUNK_BYTES - 7)
const SHORT = sampleBytes(100)

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    ({ code }) => code as string,
  )

describe('ContentStore', () => {
  const path = temporaryPaths()

  for (const [where, open] of [
    ['in memory', () => memoryBlobs()],
    ['on disk', () => openBlobs(path('store'))],
  ] as const) {
    it(`${where}, gives what was put, by its digest`, async () => {
      const store = await ContentStore.open(await open(), 1 << 20)
      for (const content of [LONG, SHORT, new Uint8Array()]) {
        const { digest } = await nameContent(content)
        expect(store.has(digest)).to.equal(false)
        expect(await store.get(digest)).to.equal(undefined)
        expect(await store.put(content)).to.equal(digest)
        expect(await store.put(content)).to.equal(digest)
        expect(store.has(digest)).to.equal(true)
        expect(await store.get(digest)).to.deep.equal(content)
      }
      expect(store.digests()).to.have.lengthOf(3)
    })

    it(`${where}, has it after it was opened again, pins too`, async () => {
      const blobs = await open()
      const before = await ContentStore.open(blobs, 1 << 20)
      const [kept, loose] = [await before.put(LONG), await before.put(SHORT)]
      await before.unpin(loose)
      const after = await ContentStore.open(blobs, 1 << 20)
      expect(after.bytes).to.equal(before.bytes)
      expect(await after.get(kept)).to.deep.equal(LONG)
      expect(await after.get(loose)).to.deep.equal(SHORT)
      // Lowered, its bound leaves what is pinned.
      const bounded = await ContentStore.open(blobs, 1)
      expect([bounded.has(kept), bounded.has(loose)]).to.deep.equal([true, false])
    })

    it(`${where}, forgets what is removed, and leaves nothing of it`, async () => {
      const blobs = await open()
      const store = await ContentStore.open(blobs, 1 << 20)
      const digest = await store.put(LONG)
      await store.remove(digest)
      expect(await store.get(digest)).to.equal(undefined)
      expect(await blobs.list()).to.deep.equal([])
      expect(store.bytes).to.equal(0)
    })
  }

  it('does not change with the bytes that were put, or given', async () => {
    const store = await ContentStore.open(memoryBlobs(), 1 << 20)
    const content = SHORT.slice()
    const digest = await store.put(content)
    content.fill(0)
    ;(await store.get(digest))?.fill(1)
    expect(await store.get(digest)).to.deep.equal(SHORT)
  })

  it('makes room by what was used longest ago and is not pinned', async () => {
    const store = await ContentStore.open(memoryBlobs(), 350)
    const [a, b, c] = await Promise.all([1, 2, 3].map((seed) => store.put(sampleBytes(100, seed))))
    if (a === undefined || b === undefined || c === undefined) throw new Error('three were put')
    await store.unpin(a)
    await store.unpin(b)
    await store.get(a)
    await store.put(sampleBytes(100, 4))
    expect([a, b, c].map((digest) => store.has(digest))).to.deep.equal([true, false, true])
    await store.put(sampleBytes(100, 5))
    expect(store.has(a)).to.equal(false)
    expect(await codeOf(store.put(sampleBytes(100, 6)))).to.equal('CONTENT_STORE_FULL')
    expect(store.bytes).to.equal(300)
  })

  it('keeps room for all chunks of what is to come, and does not remove it meanwhile', async () => {
    const store = await ContentStore.open(memoryBlobs(), 4 * CHUNK_BYTES)
    const { digest, root } = await nameContent(LONG)
    await store.using(digest, async () => {
      await store.putRoot(digest, root)
      expect(store.bytes).to.equal(3 * CHUNK_BYTES + root.length)
      expect(await codeOf(store.put(sampleBytes(CHUNK_BYTES)))).to.equal('CONTENT_STORE_FULL')
      await store.remove(digest)
      expect(store.lacking(digest)).to.deep.equal([0, 1, 2])
    })
    await store.put(sampleBytes(CHUNK_BYTES))
    expect(store.lacking(digest)).to.deep.equal([])
  })

  it('goes on with a content of which a part is there', async () => {
    const blobs = memoryBlobs()
    const before = await ContentStore.open(blobs, 1 << 20)
    const { digest, root } = await nameContent(LONG)
    await before.putRoot(digest, root)
    await before.putChunk(digest, 1, chunkOf(LONG, 1))
    const after = await ContentStore.open(blobs, 1 << 20)
    expect(after.has(digest)).to.equal(false)
    expect(await after.get(digest)).to.equal(undefined)
    expect(after.lacking(digest)).to.deep.equal([0, 2])
    expect(await after.chunk(digest, 1)).to.deep.equal(chunkOf(LONG, 1))
    expect(await after.chunk(digest, 0)).to.equal(undefined)
    await after.putChunk(digest, 0, chunkOf(LONG, 0))
    await after.putChunk(digest, 2, chunkOf(LONG, 2))
    expect(await after.get(digest)).to.deep.equal(LONG)
  })

  it('takes no chunk that cannot be one of the content', async () => {
    const store = await ContentStore.open(memoryBlobs(), 1 << 20)
    const { digest, root } = await nameContent(LONG)
    await store.putRoot(digest, root)
    for (const [index, length] of [
      [0, 1],
      [2, CHUNK_BYTES],
      [3, CHUNK_BYTES],
    ] as const) {
      const putting = store.putChunk(digest, index, new Uint8Array(length))
      expect(await putting.catch((error) => error)).to.be.an.instanceOf(RangeError)
    }
  })

  it('misses what was changed on disk, and can be given it again', async () => {
    const folder = path('store')
    const store = await ContentStore.open(await openBlobs(folder), 1 << 20)
    const [long, short] = [await store.put(LONG), await store.put(SHORT)]
    await writeFile(join(folder, `${long.slice(2)}.1`), chunkOf(LONG, 0))
    await writeFile(join(folder, short.slice(2)), 'another')
    expect(await store.get(long)).to.equal(undefined)
    expect(store.lacking(long)).to.deep.equal([1])
    expect(await store.get(short)).to.equal(undefined)
    expect(store.has(short)).to.equal(false)
    await store.put(LONG)
    await store.put(SHORT)
    expect(await store.get(long)).to.deep.equal(LONG)
    expect(await store.get(short)).to.deep.equal(SHORT)
  })

  it('clears up what a crash left: drafts, and chunks whose root is gone', async () => {
    const folder = path('store')
    await openBlobs(folder)
    const { digest } = await nameContent(SHORT)
    await writeFile(join(folder, `${digest.slice(2)}.0`), 'chunk')
    await writeFile(join(folder, `${digest.slice(2)}.pin`), '')
    await writeFile(join(folder, `${digest.slice(2)}.5e0c.draft`), 'torn')
    await writeFile(join(folder, 'notes.txt'), "the owner's")
    const store = await ContentStore.open(await openBlobs(folder), 1 << 20)
    expect(await readdir(folder)).to.deep.equal(['notes.txt'])
    expect(store.bytes).to.equal(0)
  })

  it('says where it cannot write', async () => {
    const blobs = { ...memoryBlobs(), write: async () => Promise.reject(new Error('ENOSPC')) }
    const store = await ContentStore.open(blobs, 1 << 20)
    expect(await codeOf(store.put(SHORT))).to.equal('CONTENT_UNWRITABLE')
    expect(store.bytes).to.equal(0)
    expect(await codeOf(store.pin((await nameContent(SHORT)).digest))).to.equal('CONTENT_MISSING')
  })
})
