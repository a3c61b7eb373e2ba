import { expect } from 'chai'
import fc from 'fast-check'
import { memoryBlobs } from '../../../../agent/platform/memory-blobs.ts'
import { MAX_FAILURES, WINDOW } from '../../../../agent/protocols/content/constants.ts'
import { ContentStore } from '../../../../agent/protocols/content/content-store.ts'
import { download } from '../../../../agent/protocols/content/download.ts'
import type { Place } from '../../../../agent/protocols/content/source.ts'
import { CHUNK_BYTES, chunkOf, nameContent, sha256 } from '../../../../protocol/content.ts'
import { RefusedError } from '../../../../protocol/errors.ts'
import type { Hex } from '../../../../protocol/types.ts'
import { SEED } from '../../../seed.ts'
import { sampleBytes } from './support/sample-bytes.ts'

const COUNT = 7
const LONG = sampleBytes((COUNT - 1) * CHUNK_BYTES + 1)
const named = await nameContent(LONG)
const never = new AbortController().signal

type Answer = (part: number, signal: AbortSignal) => Promise<Uint8Array> | Uint8Array
const honest: Answer = (part) => (part === 0 ? named.root : chunkOf(LONG, part - 1))
const refusing = (code: string): Answer => {
  return () => {
    throw new RefusedError(code, code, { remedy: 'none' })
  }
}
const silent: Answer = (_, signal) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

describe(`download (seed ${SEED})`, () => {
  /** Downloads from peers that answer as a test has it, by their names. */
  async function run(
    peers: Record<string, Answer>,
    {
      store,
      signal = never,
      digest = named.digest,
    }: { store?: ContentStore; signal?: AbortSignal; digest?: Hex } = {},
  ) {
    const into = store ?? (await ContentStore.open(memoryBlobs(), 64 << 20))
    const asked = new Map(Object.keys(peers).map((name) => [name, [] as number[]]))
    const accused: string[] = []
    let [now, most] = [0, 0]
    const components = {
      store: into,
      async ask({ peer }: Place, part: number, until: AbortSignal) {
        asked.get(String(peer))?.push(part)
        now += 1
        most = Math.max(most, now)
        try {
          return await (peers[String(peer)] ?? honest)(part, until)
        } finally {
          now -= 1
        }
      },
      accuse: (peer: unknown) => void accused.push(String(peer)),
    }
    const places = Object.keys(peers).map((name) => ({ peer: name as never, endpoints: [] }))
    const error = await download(components, { digest, places, maxBytes: 64 << 20 }, signal).then(
      () => undefined,
      (reason) => reason,
    )
    return { store: into, asked, accused, error, most }
  }

  it('asks for the root, and then for a few chunks at a time, each once', async () => {
    const { store, asked, error, most } = await run({ a: honest })
    expect(error).to.equal(undefined)
    expect(asked.get('a')).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7])
    expect(most).to.be.at.most(WINDOW)
    expect(await store.get(named.digest)).to.deep.equal(LONG)
  })

  it('asks another peer where one is silent', async () => {
    const { store, asked, error } = await run({ silent, honest })
    expect(error).to.equal(undefined)
    expect(asked.get('silent')).to.include(0)
    expect(await store.get(named.digest)).to.deep.equal(LONG)
  }).timeout(10_000)

  it('asks a liar no more, accuses it, and stores nothing of it', async () => {
    const lying: Answer = (part) => (part < 3 ? honest(part, never) : new Uint8Array(CHUNK_BYTES))
    const { store, asked, accused, error } = await run({ lying })
    expect(error).to.include({ code: 'CONTENT_UNAVAILABLE' })
    expect(error.received).to.contain('something else')
    expect(new Set(accused)).to.deep.equal(new Set(['lying']))
    // What was asked for at the same time as the first lie.
    expect(asked.get('lying')?.length).to.be.at.most(3 + WINDOW)
    expect(store.lacking(named.digest)).to.deep.equal([2, 3, 4, 5, 6])
    const again = await run({ honest }, { store })
    expect(again.asked.get('honest')).to.deep.equal([3, 4, 5, 6, 7])
  })

  it('gives a peer up at once that has nothing, and one that is busy after some times', async () => {
    const missing = await run({ a: refusing('CONTENT_MISSING') })
    expect(missing.asked.get('a')).to.deep.equal([0])
    const busy = await run({ a: refusing('CONTENT_BUSY') })
    expect(busy.asked.get('a')).to.have.lengthOf(MAX_FAILURES)
    for (const { error, accused } of [missing, busy]) {
      expect(error).to.include({ code: 'CONTENT_UNAVAILABLE' })
      expect(accused).to.deep.equal([])
    }
  })

  it('goes on with a peer that was busy for a while', async () => {
    let refusals = 0
    const { error } = await run({
      a: (part, signal) =>
        part === 3 && refusals++ < 2 ? refusing('CONTENT_BUSY')(part, signal) : honest(part, signal),
    })
    expect(error).to.equal(undefined)
    expect(refusals).to.equal(3)
  })

  it('ends with its signal', async () => {
    const aborting = new AbortController()
    const running = run({ silent }, { signal: aborting.signal })
    setImmediate(() => aborting.abort(new Error('enough')))
    expect((await running).error.message).to.equal('enough')
  })

  it('ends at once with what its publisher is to blame for', async () => {
    const list = Uint8Array.from(named.root.subarray(0, -1))
    const { error, accused } = await run({ a: () => list }, { digest: await sha256(list) })
    expect(error).to.include({ code: 'CHUNK_LIST_INVALID' })
    expect(accused).to.deep.equal([])
    // A list of a content that needs none.
    const short = sampleBytes(100)
    const needless = new Uint8Array(24 + 32)
    needless.set(named.root.subarray(0, 16))
    new DataView(needless.buffer).setBigUint64(16, 100n)
    needless.set(Buffer.from((await sha256(short)).slice(2), 'hex'), 24)
    const second = await run(
      { a: (part) => (part === 0 ? needless : short) },
      { digest: await sha256(needless) },
    )
    expect(second.error).to.include({ code: 'CHUNK_LIST_INVALID', expected: 'the content itself' })
    expect(second.store.has(await sha256(needless))).to.equal(false)
  })

  it('comes to the content, and to nothing else, if one peer is honest, whatever the others do', async () => {
    const behaviour = fc.constantFrom<Answer>(
      refusing('CONTENT_MISSING'),
      refusing('CHANNEL_CLOSED'),
      () => Uint8Array.of(1, 2, 3),
      () => new Uint8Array(),
      (part) => honest(part + 1, never),
      (part, signal) => (part % 2 === 0 ? honest(part, signal) : new Uint8Array(CHUNK_BYTES)),
      (part, signal) => (part < 4 ? honest(part, signal) : refusing('CONTENT_MISSING')(part, signal)),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(behaviour, { maxLength: 4 }), fc.nat(4), async (others, place) => {
        const all = others.toSpliced(Math.min(place, others.length), 0, honest)
        const { store, error } = await run(
          Object.fromEntries(all.map((answer, index) => [`peer ${index}`, answer])),
        )
        expect(error).to.equal(undefined)
        expect(await store.get(named.digest)).to.deep.equal(LONG)
      }),
      { seed: SEED, numRuns: 15 },
    )
  }).timeout(20_000)
})
