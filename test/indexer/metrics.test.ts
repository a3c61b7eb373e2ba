import { expect } from 'chai'
import type { HDAccount } from 'viem/accounts'
import { type IntentDraft, MeshNetwork } from '../../agent/index.ts'
import { type Indexer, type IndexerOptions, startIndexer } from '../../indexer/index.ts'
import { until } from '../agent/support/until.ts'
import { type Anvil, startAnvil } from './support/anvil.ts'
import { emptyDataDir, removeDataDirs } from './support/index-of.ts'
import { Market } from './support/market.ts'
import { emptyDatabase } from './support/postgres.ts'
import { startRelay } from './support/relay.ts'
import { scrape } from './support/scrape.ts'
import { SseClient } from './support/sse-client.ts'

describe('metrics', function () {
  this.timeout(90_000)
  let anvil: Anvil
  let market: Market
  let buyer: HDAccount
  let seller: HDAccount
  const closing: (() => unknown)[] = []

  before(async () => {
    anvil = await startAnvil()
    market = await Market.deploy(anvil.rpcUrl)
    buyer = await market.join(1)
    seller = await market.join(2)
  })
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close()
  })
  after(async () => {
    await anvil?.stop()
    removeDataDirs()
  })

  async function start(options: Partial<IndexerOptions> = {}): Promise<Indexer> {
    const place = options.database === undefined ? { dataDir: await emptyDataDir() } : {}
    const indexer = await startIndexer({
      ...{ network: market.network, pollInterval: 20, metrics: { port: 0 }, ...place },
      ...options,
    })
    closing.push(() => indexer.stop())
    await caughtUp(indexer)
    return indexer
  }
  const caughtUp = async (indexer: Indexer) =>
    indexer.waitForBlock(await market.height(), { signal: AbortSignal.timeout(30_000) })

  it('tell how far the index is, and what it stored', async () => {
    const indexer = await start({ database: await emptyDatabase() })
    const before = await scrape(indexer.metricsUrl)
    await market.trade(buyer, seller)
    await market.trade(buyer, seller)
    await caughtUp(indexer)
    const height = await market.height()
    const after = await until(async () => {
      const figures = await scrape(indexer.metricsUrl)
      return figures.value('mesh_index_lag_blocks') === 0 && figures
    })
    expect(after.value('mesh_chain_head_block')).to.equal(height)
    expect(after.value('mesh_index_block')).to.equal(height)
    expect(after.value('mesh_index_ready')).to.equal(1)
    expect(after.value('mesh_index_writer')).to.equal(1)
    expect(after.value('mesh_index_lag_seconds')).to.be.within(0, 30)
    const opened = 'mesh_index_events_total{contract="intentEscrow",event="Opened"}'
    expect((after.value(opened) ?? 0) - (before.value(opened) ?? 0)).to.equal(2)
    expect(after.all('mesh_index_events_total')).not.to.have.property('contract="other"')
    expect(after.value('mesh_index_batch_duration_seconds_count')).to.be.greaterThan(1)
    expect(after.value('mesh_index_outbox_events')).to.be.greaterThan(3)
    expect(after.all('mesh_database_connections')).to.have.keys(
      ...['used', 'idle', 'waiting'].map((state) => `state="${state}"`),
    )
    // Of the process, too.
    expect(after.value('process_resident_memory_bytes')).to.be.greaterThan(1e6)
  })

  it('count reorganisations by how deep they are', async () => {
    const indexer = await start()
    await market.test.mine({ blocks: 5 })
    await caughtUp(indexer)
    await market.reorg(3)
    const figures = await until(async () => {
      const now = await scrape(indexer.metricsUrl)
      return now.value('mesh_chain_reorg_depth_blocks_count') === 1 && now
    })
    expect(figures.value('mesh_chain_reorg_depth_blocks_sum')).to.equal(3)
  })

  it('count calls by endpoint, and never say where one is: its URL may hold a key', async () => {
    const relay = await startRelay(anvil.rpcUrl)
    closing.push(() => relay.stop())
    const rpcUrls = [`${relay.url}/v3/secret-key?token=secret-token`, anvil.rpcUrl]
    const indexer = await start({ rpcUrls })
    const calls = async () => (await scrape(indexer.metricsUrl)).all('mesh_chain_requests_total')
    const first = await calls()
    expect(first['endpoint="1",outcome="ok"']).to.be.greaterThan(0)
    expect(first['endpoint="1",outcome="error"']).to.equal(0)
    relay.down = true
    const figures = await until(async () => {
      const now = await scrape(indexer.metricsUrl)
      return now.value('mesh_chain_failovers_total{endpoint="1"}') === 1 && now
    })
    expect(figures.value('mesh_chain_requests_total{endpoint="1",outcome="error"}')).to.be.greaterThan(0)
    expect(figures.value('mesh_chain_requests_total{endpoint="2",outcome="error"}')).to.equal(0)
    expect(figures.text).not.to.match(/secret|127\.0\.0\.1|http:/)
  })

  it('tell requests by route, never by path, and live streams apart', async () => {
    const indexer = await start()
    const client = await SseClient.open(indexer.url)
    closing.push(() => client.close())
    for (const path of ['/v1/agents/1', '/v1/agents/2', '/v1/agents/x', '/secret/path?token=secret']) {
      await (await fetch(indexer.url + path)).text()
    }
    const figures = await until(async () => {
      const now = await scrape(indexer.metricsUrl)
      return now.value('mesh_http_requests_total{route="other",method="GET",status="404"}') === 1 && now
    })
    const route = '/v1/agents/{agentId}'
    const requests = figures.all('mesh_http_requests_total')
    expect(requests[`route="${route}",method="GET",status="200"`]).to.equal(2)
    expect(requests[`route="${route}",method="GET",status="400"`]).to.equal(1)
    expect(figures.value(`mesh_http_request_duration_seconds_count{route="${route}"}`)).to.equal(3)
    expect(figures.value('mesh_http_streams')).to.equal(1)
    expect(figures.text).not.to.match(/secret/)
    client.close()
    await until(async () => (await scrape(indexer.metricsUrl)).value('mesh_http_streams') === 0)
    const ended = await scrape(indexer.metricsUrl)
    expect(ended.text).to.match(/requests_total\{route="\/v1\/stream",method="GET",status="200"\} 1/)
    expect(ended.text).not.to.match(/duration_seconds_count\{route="\/v1\/stream"\}/)
  })

  it('tell what the mesh node hears', async () => {
    const { network } = market
    const options = { domains: ['energy'], directory: false as const }
    const observer = new MeshNetwork({ network, dhtServer: true, ...options })
    closing.push(() => observer.disconnect())
    await observer.connect()
    const joining = { ...network, bootstrapPeers: observer.endpoints }
    const indexer = await start({ network: joining, gateway: observer })
    expect((await scrape(indexer.metricsUrl)).value('mesh_peers')).to.equal(0)
    const member = new MeshNetwork({ network: joining, capabilities: ['energy.supply'], ...options })
    closing.push(() => member.disconnect())
    await member.connect()
    const draft: IntentDraft = {
      ...{ side: 'buy', capability: 'energy.supply', quantity: 300n, price: 190_000n, lot: 1000n },
      ...{ start: BigInt(Math.floor(Date.now() / 1000)), end: BigInt(Math.floor(Date.now() / 1000)) + 900n },
    }
    await member.publishIntent(draft)
    const figures = await until(async () => {
      const now = await scrape(indexer.metricsUrl)
      return now.value('mesh_intents') === 1 && now
    }, 30_000)
    expect(figures.value('mesh_peers')).to.equal(1)
    expect(figures.value('mesh_connections{kind="direct"}')).to.be.greaterThan(0)
    expect(figures.value('mesh_streams')).to.be.greaterThan(0)
    expect(figures.value('mesh_gossip_messages_total{verdict="accepted"}')).to.be.greaterThan(0)
    expect(member.activity.gossip.sent).to.be.greaterThan(0)
    // The node may leave the mesh before its index stops.
    await observer.disconnect()
    expect((await scrape(indexer.metricsUrl)).names).not.to.include('mesh_peers')
  })

  it('are of one server alone, at a port of their own, and say when it is not ready', async () => {
    const relay = await startRelay(anvil.rpcUrl)
    closing.push(() => relay.stop())
    const [one, other] = [await start(), await start({ rpcUrls: [relay.url] })]
    await fetch(`${one.url}/v1/trades`)
    const trades = '{route="/v1/trades",method="GET",status="200"}'
    const count = async ({ metricsUrl }: Indexer) =>
      (await scrape(metricsUrl)).value(`mesh_http_requests_total${trades}`)
    await until(async () => (await count(one)) === 1)
    expect(await count(other)).to.equal(undefined)

    expect((await fetch(`${one.url}/metrics`)).status).to.equal(404)
    const { host } = new URL(one.metricsUrl ?? '')
    for (const path of ['/', '/v1/trades', '/metrics/x']) {
      expect((await fetch(`http://${host}${path}`)).status, path).to.equal(404)
    }
    expect((await fetch(one.metricsUrl ?? '', { method: 'POST' })).status).to.equal(405)

    relay.down = true
    await until(async () => (await scrape(other.metricsUrl)).value('mesh_index_ready') === 0, 30_000)
    expect((await scrape(one.metricsUrl)).value('mesh_index_ready')).to.equal(1)
  })

  it('are served nowhere unless it is asked for', async () => {
    expect((await start({ metrics: undefined })).metricsUrl).to.equal(undefined)
  })
})
