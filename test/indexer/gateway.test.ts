import { expect } from 'chai'
import { type IntentDraft, MeshNetwork } from '../../agent/index.ts'
import { startIndexer } from '../../indexer/index.ts'
import { MAX_INTENTS_PER_AGENT } from '../../indexer/store/heard.ts'
import { toJson } from '../../protocol/json.ts'
import type { Attribute, Hex } from '../../protocol/types.ts'
import { until } from '../agent/support/until.ts'
import { type ServedMarket, serveMarket } from './support/api.ts'
import { emptyDataDir, removeDataDirs } from './support/index-of.ts'
import { account } from './support/market.ts'
import { SseClient, type SseEvent } from './support/sse-client.ts'

const now = () => BigInt(Math.floor(Date.now() / 1000))

describe('what the gateway hears', function () {
  this.timeout(60_000)
  let served: ServedMarket

  before(async () => {
    served = await serveMarket()
  })
  after(async () => {
    await served?.stop()
    removeDataDirs()
  })

  const listed = async (query = '') => (await served.get(`/v1/intents?limit=200${query}`)).body.data

  /** Does `speak` and waits until what it said last is listed. */
  async function heard(speak: () => { hash: Hex }): Promise<Hex> {
    const client = await SseClient.open(served.indexer.url)
    const { hash } = speak()
    await client.until(({ data }) => data.data.hash === hash)
    client.close()
    return hash
  }

  it('is shown as it was signed, once', async () => {
    const { mesh, buyer } = served
    const attributes: Attribute[] = [
      { name: 'destination', type: 'area', cells: ['871f8d099ffffff'] },
      { name: 'patience', type: 'range', min: -(2n ** 63n), max: 2n ** 63n - 1n },
      { name: 'season', type: 'span', from: 1n, to: 2n },
      { name: 'source', type: 'set', values: ['sun', 'wind'] },
    ]
    const intent = mesh.intent(buyer, { attributes })
    await heard(() => {
      mesh.repeat(intent)
      return mesh.intent(buyer)
    })
    const [, shown, ...others] = await listed()
    expect(others).to.deep.equal([])
    const { heardAt: _, ...rest } = shown
    const { value, hash, signature } = intent
    // Numbers are strings wherever they stand.
    expect(rest).to.deep.equal({ ...JSON.parse(toJson(value)), hash, signature })
  })

  it('gives way to a later intent for the same delivery, never to an earlier one', async () => {
    const { mesh, seller } = served
    const delivery = { start: 2_000_000_000n, end: 2_000_000_900n }
    await heard(() => mesh.intent(seller, { ...delivery, nonce: 10n }))
    const newest = await heard(() => mesh.intent(seller, { ...delivery, nonce: 12n }))
    mesh.intent(seller, { ...delivery, nonce: 11n })
    const other = await heard(() => mesh.intent(seller, { ...delivery, side: 'sell', nonce: 9n }))
    const hashes = (await listed(`&agent=${seller.address}`)).map(({ hash }: { hash: string }) => hash)
    expect(hashes).to.deep.equal([other, newest])
  })

  it('disappears when it expires', async () => {
    const { mesh } = served
    const maker = account(5)
    const short = await heard(() => mesh.intent(maker, { expiry: now() + 2n }))
    const mine = async () =>
      (await listed(`&agent=${maker.address}`)).map(({ hash }: { hash: string }) => hash)
    expect(await mine()).to.deep.equal([short])
    const deadline = AbortSignal.timeout(10_000)
    while ((await mine()).length > 0) deadline.throwIfAborted()
    expect(Date.now() / 1000).to.be.greaterThan(Number(now()) - 1)
  })

  it('is bounded per maker: the oldest give way', async () => {
    const { mesh } = served
    const maker = account(6)
    const hashes = [mesh.intent(maker).hash]
    for (let count = 1; count < MAX_INTENTS_PER_AGENT + 20; count++) hashes.push(mesh.intent(maker).hash)
    hashes.push(await heard(() => mesh.intent(maker)))
    const mine = (await listed(`&agent=${maker.address}`)).map(({ hash }: { hash: string }) => hash)
    expect(mine).to.deep.equal(hashes.slice(-MAX_INTENTS_PER_AGENT).toReversed())
  })

  it('does not stop at a message that the database refuses', async () => {
    const { mesh, buyer } = served
    const poison = mesh.intent(buyer, { capability: 'energy\0supply' })
    mesh.capability(buyer, { endpoints: ['/ip4/127.0.0.1\0'] })
    const good = await heard(() => mesh.intent(buyer))
    const hashes = (await listed()).map(({ hash }: { hash: string }) => hash)
    expect(hashes).to.include(good).and.not.include(poison.hash)
  })

  it('is shown, too, when it was heard before there was an index', async () => {
    const { mesh, buyer, seller, market } = served
    const [intent, record] = [mesh.intent(buyer), mesh.capability(seller, { agentId: 2n })]
    const late = await startIndexer({ network: market.network, gateway: mesh, pollInterval: 20 })
    try {
      const read = async (path: string) =>
        ((await (await fetch(`${late.url}${path}`)).json()) as { data: Record<string, unknown>[] }).data
      const agent = await until(async () => (await read('/v1/agents?capability=energy.supply'))[0])
      expect(agent?.wallet).to.equal(record.value.agent)
      expect((await read('/v1/intents?limit=200')).map(({ hash }) => hash)).to.include(intent.hash)
    } finally {
      await late.stop()
    }
  })

  it('comes from a real mesh node: an observer hears what another agent publishes', async () => {
    const { network } = served.market
    const observer = new MeshNetwork({ network, domains: ['energy'], dhtServer: true, directory: false })
    await observer.connect()
    const descriptor = { ...network, bootstrapPeers: observer.endpoints }
    const member = new MeshNetwork({
      directory: false,
      network: descriptor,
      domains: ['energy'],
      capabilities: ['energy.supply'],
    })
    const dataDir = await emptyDataDir()
    const indexer = await startIndexer({ network: descriptor, gateway: observer, pollInterval: 20, dataDir })
    try {
      await member.connect()
      const client = await SseClient.open(indexer.url)
      const draft: IntentDraft = {
        side: 'buy',
        capability: 'energy.supply',
        quantity: 300n,
        price: 190_000n,
        lot: 1000n,
        start: now(),
        end: now() + 900n,
      }
      // The first ones may be spoken before anybody has told that it listens.
      let heardOne: SseEvent | undefined
      for (let attempt = 0; attempt < 20 && heardOne === undefined; attempt++) {
        await member.publishIntent({ ...draft, start: draft.start + BigInt(attempt) })
        heardOne = await client.until(({ event }) => event === 'intent', 1_000).catch(() => undefined)
      }
      expect(heardOne?.data.data).to.include({ agent: member.address, quantity: '300' })
      const { body } = await served.get(`/v1/intents?agent=${member.address}`)
      expect(body.data, 'the other index hears another node').to.deep.equal([])
      client.close()
    } finally {
      await indexer.stop()
      await member.disconnect()
      await observer.disconnect()
    }
  })
})
