import { expect } from 'chai'
import { openBlobs } from '../../../../agent/platform/blobs.ts'
import { memoryBlobs } from '../../../../agent/platform/memory-blobs.ts'
import { MAX_INBOUND, WINDOW } from '../../../../agent/protocols/content/constants.ts'
import { CHUNK_BYTES, nameContent, sha256 } from '../../../../protocol/content.ts'
import type { MeshError } from '../../../../protocol/errors.ts'
import { temporaryPaths } from '../../support/temporary.ts'
import { until } from '../../support/until.ts'
import { startFake, startPeer, startProvider } from './support/peers.ts'
import { sampleBytes } from './support/sample-bytes.ts'

const COUNT = 12
/** A content of twelve chunks, the last of which is short. */
const LONG = sampleBytes(COUNT * CHUNK_BYTES - 1000)

/** What a promise is rejected with. */
async function rejection(promise: Promise<unknown>): Promise<MeshError> {
  return promise.then(
    () => expect.fail('it was fulfilled'),
    (error) => error,
  )
}

describe('Content, over libp2p', function () {
  this.timeout(30_000)
  const path = temporaryPaths()
  const stops: (() => Promise<void>)[] = []

  afterEach(async () => {
    await Promise.all(stops.splice(0).map((stop) => stop()))
  })

  function kept<T extends { stop: () => Promise<void> }>(peer: T): T {
    stops.push(peer.stop)
    return peer
  }

  const peer = async (...init: Parameters<typeof startPeer>) => kept(await startPeer(...init))
  const provider = async (...init: Parameters<typeof startProvider>) => kept(await startProvider(...init))
  const fake = async (...init: Parameters<typeof startFake>) => kept(await startFake(...init))

  it('a short one comes in one round trip, and is served on by who fetched it', async () => {
    const short = sampleBytes(1000)
    const [first, second, third] = [await provider([short]), await peer(), await peer()]
    expect(await second.content.fetch(first.digest, [first.place])).to.deep.equal(short)
    expect(first.asked).to.deep.equal([0])
    expect(await third.content.fetch(first.digest, [second.place])).to.deep.equal(short)
    expect(second.content.has(first.digest)).to.equal(true)
    expect(first.asked).to.deep.equal([0])
  })

  it('an empty one is a content as well', async () => {
    const [first, second] = [await provider([new Uint8Array()]), await peer()]
    expect(await second.content.fetch(first.digest, [first.place])).to.deep.equal(new Uint8Array())
  })

  it('a long one comes chunk by chunk, each asked for once, and needs nobody the second time', async () => {
    const [first, second] = [await provider([LONG]), await peer()]
    expect(await second.content.fetch(first.digest, [first.place])).to.deep.equal(LONG)
    expect(first.asked.toSorted((a, b) => a - b)).to.deep.equal(
      Array.from({ length: COUNT + 1 }, (_, i) => i),
    )
    expect(await second.content.fetch(first.digest, [])).to.deep.equal(LONG)
  })

  it('comes from several peers at once', async () => {
    const [first, second, reader] = [await provider([LONG]), await provider([LONG]), await peer()]
    await reader.content.fetch(first.digest, [first.place, second.place])
    expect(Math.min(first.asked.length, second.asked.length)).to.be.above(1)
  })

  it('is fetched once by two callers at the same time', async () => {
    const [first, second] = [await provider([LONG]), await peer()]
    const fetch = () => second.content.fetch(first.digest, [first.place])
    const [one, other] = await Promise.all([fetch(), fetch()])
    expect(one).to.deep.equal(other)
    expect(first.asked).to.have.lengthOf(COUNT + 1)
  })

  for (const [what, change] of Object.entries({
    'another byte': (bytes: Uint8Array) => bytes.with(100, (bytes[100] as number) ^ 1),
    'a byte less': (bytes: Uint8Array) => bytes.subarray(0, -1),
    nothing: () => new Uint8Array(),
  })) {
    it(`${what} in a chunk is a lie: it is not stored, who told it is scored down, and the other one asked`, async () => {
      const liar = await provider([LONG], (bytes, part) => (part === 5 ? change(bytes) : bytes))
      const [honest, reader] = [await provider([LONG]), await peer()]
      // Alone at first, so that it is asked for everything.
      const error = await rejection(reader.content.fetch(liar.digest, [liar.place]))
      expect(error).to.include({ code: 'CONTENT_UNAVAILABLE' })
      expect(error.message).to.contain('something else')
      expect(reader.store.lacking(liar.digest)).to.include(4)
      expect(reader.faults.codes).to.deep.equal(['CONTENT_FORGED'])
      expect(reader.scores.scoreOf(liar.node.peerId.toString())).to.be.within(20, 25)
      expect(reader.scores.scoreOf(honest.node.peerId.toString())).to.equal(0)

      expect(await reader.content.fetch(liar.digest, [liar.place, honest.place])).to.deep.equal(LONG)
    })
  }

  it('a forged root is a lie as well', async () => {
    const liar = await provider([LONG], (bytes, part) => (part === 0 ? bytes.with(30, 7) : bytes))
    const [honest, reader] = [await provider([LONG]), await peer()]
    expect(await reader.content.fetch(liar.digest, [liar.place, honest.place])).to.deep.equal(LONG)
    expect(reader.faults.codes).to.deep.equal(['CONTENT_FORGED'])
  })

  it('a provider that has nothing, one that is busy and one that stalls hold up nobody', async () => {
    const [stalled, empty, busy, honest, reader] = await Promise.all([
      fake(),
      peer(),
      fake(async (channel, { id }) => void channel.send({ type: 'refusal', reason: 'busy' }, id)),
      provider([LONG]),
      peer(),
    ])
    const places = [stalled, empty, busy, honest].map(({ place }) => place)
    expect(await reader.content.fetch(honest.digest, places)).to.deep.equal(LONG)
    expect(stalled.asked).to.not.have.lengthOf(0)
    expect(reader.scores.scoreOf(empty.node.peerId.toString())).to.equal(0)
  })

  it('goes on from another provider where the first was killed midway', async () => {
    const gone = Promise.withResolvers<void>()
    const dying = await provider([LONG], async (bytes, part) => {
      if (part > 6) {
        gone.resolve()
        await new Promise(() => {})
      }
      return bytes
    })
    const [honest, reader] = [await provider([LONG]), await peer()]
    const fetching = rejection(reader.content.fetch(dying.digest, [dying.place]))
    await gone.promise
    await until(() => reader.store.lacking(dying.digest).length === COUNT - 6)
    await dying.stop()
    expect(await fetching).to.include({ code: 'CONTENT_UNAVAILABLE' })

    expect(await reader.content.fetch(dying.digest, [honest.place])).to.deep.equal(LONG)
    expect(honest.asked.toSorted((a, b) => a - b)).to.deep.equal([7, 8, 9, 10, 11, 12])
  })

  it('goes on after the reader was started again', async () => {
    const folder = path('content')
    const halting = await provider([LONG], (bytes, part) => (part > 4 ? new Promise(() => {}) : bytes))
    const honest = await provider([LONG])
    const before = await startPeer(await openBlobs(folder))
    const fetching = rejection(before.content.fetch(halting.digest, [halting.place]))
    await until(() => before.store.lacking(halting.digest).length === COUNT - 4)
    await before.stop()
    expect((await fetching).message).to.equal('stopped')

    const after = await peer(await openBlobs(folder))
    expect(await after.content.fetch(halting.digest, [honest.place])).to.deep.equal(LONG)
    expect(honest.asked.toSorted((a, b) => a - b)).to.deep.equal([5, 6, 7, 8, 9, 10, 11, 12])
  })

  it('ends with its signal, and keeps what has come', async () => {
    const halting = await provider([LONG], (bytes, part) => (part > 2 ? new Promise(() => {}) : bytes))
    const reader = await peer()
    const aborting = new AbortController()
    const { signal } = aborting
    const fetching = rejection(reader.content.fetch(halting.digest, [halting.place], { signal }))
    await until(() => reader.store.lacking(halting.digest).length === COUNT - 2)
    aborting.abort(new Error('enough'))
    expect((await fetching).message).to.equal('enough')
    expect(reader.store.lacking(halting.digest)).to.have.lengthOf(COUNT - 2)
  })

  it('is refused by its declared size before a chunk is asked for', async () => {
    const { root, digest } = await nameContent(sampleBytes(5 * CHUNK_BYTES))
    const giving = await fake(async (channel, { id }) => void channel.send({ type: 'part', bytes: root }, id))
    const reader = await peer()
    const options = { maxBytes: 4 * CHUNK_BYTES }
    expect(await rejection(reader.content.fetch(digest, [giving.place], options))).to.include({
      code: 'CONTENT_TOO_LARGE',
      received: `${5 * CHUNK_BYTES} bytes`,
    })
    expect(giving.asked).to.deep.equal([0])
    expect(reader.scores.scoreOf(giving.node.peerId.toString())).to.equal(0)
  })

  it('is refused where there is no room for it, before a chunk is asked for', async () => {
    const [giving, reader] = [await provider([LONG]), await peer(memoryBlobs(), 4 * CHUNK_BYTES)]
    expect(await rejection(reader.content.fetch(giving.digest, [giving.place]))).to.include({
      code: 'CONTENT_STORE_FULL',
    })
    expect(giving.asked).to.deep.equal([0])
  })

  it('is not what a digest names that is no proper list', async () => {
    const list = (await nameContent(sampleBytes(2 * CHUNK_BYTES))).root
    for (const root of [list.subarray(0, -1), list.with(16, 1), list.subarray(0, 20)]) {
      const digest = await sha256(root)
      const giving = await fake(
        async (channel, { id }) => void channel.send({ type: 'part', bytes: root }, id),
      )
      const reader = await peer()
      expect(await rejection(reader.content.fetch(digest, [giving.place]))).to.include({
        code: 'CHUNK_LIST_INVALID',
      })
    }
  })

  it('asks one peer for a few parts at a time, however many contents are fetched', async () => {
    const contents = Array.from({ length: 6 }, (_, index) => sampleBytes(3 * CHUNK_BYTES, index + 1))
    let most = 0
    let now = 0
    const giving = await provider(contents, async (bytes) => {
      now += 1
      most = Math.max(most, now)
      await new Promise((resolve) => setTimeout(resolve, 5))
      now -= 1
      return bytes
    })
    const reader = await peer()
    const fetched = await Promise.all(
      giving.digests.map((digest) => reader.content.fetch(digest, [giving.place])),
    )
    expect(fetched).to.deep.equal(contents)
    expect(most).to.be.within(2, WINDOW)
    expect(giving.faults.codes).to.deep.equal([])
  })

  it('whoever asks for too much at a time loses its stream, and is scored down', async () => {
    const serving = await peer()
    const digest = await serving.content.put(LONG)
    const greedy = await fake()
    const channel = await greedy.channels.to(serving.node.peerId, serving.place.value.endpoints)
    const asked = Array.from({ length: 2 * MAX_INBOUND }, (_, part) =>
      channel.request({ type: 'want', digest, part }).catch(({ code }) => code as string),
    )
    expect(await Promise.all(asked)).to.include('CHANNEL_CLOSED')
    await serving.faults.until('PEER_FLOODS')
    expect(serving.scores.scoreOf(greedy.node.peerId.toString())).to.be.above(0)
  })
})
