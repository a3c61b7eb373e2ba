import type { HDAccount } from 'viem/accounts'
import { type Indexer, type IndexerOptions, startIndexer } from '../../../indexer/index.ts'
import type { StorePlace } from '../../../indexer/store/store.ts'
import { type Anvil, startAnvil } from './anvil.ts'
import { emptyDataDir } from './index-of.ts'
import { Market } from './market.ts'
import { Loudspeaker } from './mesh.ts'

/** A market on a chain of its own, with its index and API. */
export interface ServedMarket {
  anvil: Anvil
  market: Market
  mesh: Loudspeaker
  indexer: Indexer
  buyer: HDAccount
  seller: HDAccount
  get(path: string, init?: RequestInit): Promise<Answer>
  caughtUp(): Promise<void>
  /** Stops the indexer and starts it again on the same data. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** An HTTP answer with its parsed body. */
export interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into JSON of many shapes
  body: any
}

/**
 * @param place of the index, PGlite when absent
 * @param options of the indexer
 */
export async function serveMarket(
  place?: StorePlace,
  options: Partial<IndexerOptions> = {},
): Promise<ServedMarket> {
  const anvil = await startAnvil()
  const market = await Market.deploy(anvil.rpcUrl)
  const buyer = await market.join(1)
  const seller = await market.join(2)
  const mesh = new Loudspeaker(market.deployment)
  const store = place ?? { dataDir: await emptyDataDir() }
  // A test is all of its clients.
  const bounds = { connectionsPerAddress: 512, readsPerMinute: 1_000_000 }
  const start = () =>
    startIndexer({
      network: market.network,
      gateway: mesh,
      pollInterval: 20,
      ...store,
      ...bounds,
      ...options,
    })
  const served: ServedMarket = {
    anvil,
    market,
    mesh,
    indexer: await start(),
    buyer,
    seller,
    async caughtUp() {
      await served.indexer.waitForBlock(await market.height(), { signal: AbortSignal.timeout(15_000) })
    },
    async get(path, init) {
      const response = await fetch(served.indexer.url + path, init)
      const text = await response.text()
      const isJson = response.headers.get('content-type')?.includes('json') ?? false
      return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
    },
    async restart() {
      await served.indexer.stop()
      served.indexer = await start()
    },
    async stop() {
      await served.indexer.stop()
      await anvil.stop()
    },
  }
  await served.caughtUp()
  return served
}
