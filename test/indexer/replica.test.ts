import { expect } from 'chai'
import type { HDAccount } from 'viem/accounts'
import { type Indexer, startIndexer } from '../../indexer/index.ts'
import { Store } from '../../indexer/store/store.ts'
import { until } from '../agent/support/until.ts'
import { type Anvil, startAnvil } from './support/anvil.ts'
import { Market } from './support/market.ts'
import { Loudspeaker } from './support/mesh.ts'
import { emptyDatabase } from './support/postgres.ts'
import { SseClient } from './support/sse-client.ts'

describe('indexers that share a database', function () {
  this.timeout(60_000)
  let anvil: Anvil
  let market: Market
  let database: string
  let buyer: HDAccount
  let seller: HDAccount
  const running: Indexer[] = []
  const meshes: Loudspeaker[] = []
  const clients: SseClient[] = []

  before(async () => {
    anvil = await startAnvil()
    market = await Market.deploy(anvil.rpcUrl)
    buyer = await market.join(1)
    seller = await market.join(2)
    database = await emptyDatabase()
    for (let count = 0; count < 3; count++) {
      const mesh = new Loudspeaker(market.deployment)
      meshes.push(mesh)
      running.push(await startIndexer({ network: market.network, database, gateway: mesh, pollInterval: 20 }))
    }
  })
  after(async () => {
    for (const client of clients) client.close()
    for (const indexer of running) await indexer.stop()
    await anvil?.stop()
  })

  const get = async (indexer: Indexer, path: string) =>
    (await (await fetch(indexer.url + path)).json()) as { data: { id: string; hash: string }[] }

  it('answer alike: what any of them heard of chain or mesh, each of them tells', async () => {
    const agreement = await market.trade(buyer, seller)
    const { hash } = meshes[2]?.intent(seller) ?? {}
    for (const indexer of running) {
      await indexer.waitForBlock(await market.height(), { signal: AbortSignal.timeout(15_000) })
      expect((await get(indexer, '/v1/trades')).data[0]?.id).to.equal(market.idOf(agreement))
      await until(async () => (await get(indexer, '/v1/intents')).data[0]?.hash === hash)
      expect(await indexer.stats()).to.deep.equal(await running[0]?.stats())
    }
  })

  it('tell every event once and in one order, whoever of them it comes from', async () => {
    for (const indexer of running) clients.push(await SseClient.open(indexer.url))
    const before = clients.map(({ events }) => events.length)
    expect(before).to.deep.equal([0, 0, 0])
    const heard = new Set<string>()
    for (let round = 0; round < 30; round++) {
      for (const mesh of meshes) heard.add(mesh.intent(buyer).hash)
      await market.trade(buyer, seller)
      // Meshes that say the same in the same second are one that two have heard.
      heard.add(meshes[round % 3]?.intent(seller).hash ?? '')
    }
    const store = await Store.open({ database }, true)
    const isDone = async () => {
      const types = await store.transaction((tx) => tx.selectFrom('outbox').select(['id', 'type']).execute())
      const settled = types.filter(({ type }) => type === 'agreement.settled').length
      return (
        settled === 31 && types.filter(({ type }) => type === 'intent').length === heard.size + 1 && types
      )
    }
    const outbox = await until(isDone, 30_000).finally(() => store.close())
    const last = String(outbox.reduce((newest, { id }) => Math.max(newest, id), 0))
    for (const client of clients) await client.until(({ id }) => id === last)
    const [first, ...others] = clients.map(({ events }) => events.map(({ id, event }) => `${id} ${event}`))
    expect(first).to.have.length(heard.size + 2 * 30)
    for (const other of others) expect(other).to.deep.equal(first)
  })
})
