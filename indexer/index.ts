import { type Logger, pino } from 'pino'
import { getAddress } from 'viem'
import { LOCAL_CHAIN_ID, type NetworkDescriptor } from '../protocol/deployment.ts'
import type { Address, Hex } from '../protocol/types.ts'
import { createApp } from './api/app.ts'
import { type ApiContext, nowInSeconds } from './api/context.ts'
import { RATES } from './api/limits/rates.ts'
import { LiveFeed } from './api/live-feed.ts'
import { gatewayMissing, tills } from './api/payments/till.ts'
import { LAG_LIMITS } from './api/readiness.ts'
import { logRequests } from './api/request-log.ts'
import { type HttpServer, listen, MAX_CONNECTIONS, PER_ADDRESS } from './api/server.ts'
import { MAX_CLIENTS } from './api/stream.ts'
import { Traffic } from './api/traffic.ts'
import type { Gateway } from './gateway.ts'
import type { MetricsPlace } from './metrics/metrics-server.ts'
import { Replica } from './replica.ts'
import { readAccount, readStats, type Stats } from './store/queries/stats.ts'
import { Store } from './store/store.ts'
import type { AccountRow } from './store/tables.ts'
import { type IndexedMarket, Succession } from './succession.ts'
import { type WebhookOptions, Webhooks } from './webhooks/webhooks.ts'

/** How often a chain is asked for what is new, in milliseconds: others than a local one limit those who ask. */
const POLLING = { local: 200, other: 1_000 }

export type { HttpServer } from './api/server.ts'
export type { Gateway, ReceivedCapability, ReceivedIntent } from './gateway.ts'
export type { MetricsPlace } from './metrics/metrics-server.ts'
export type { Stats } from './store/queries/stats.ts'
export type { AccountRow } from './store/tables.ts'
export type { IndexedMarket } from './succession.ts'
export type { WebhookOptions } from './webhooks/webhooks.ts'

export interface IndexerOptions {
  network: NetworkDescriptor
  /**
   * RPC endpoints of the chain that the index reads, best first; absent: the network's. Where two answer, nothing is stored
   * that they do not agree on; one that fails or lags is left for a while. The API serves the network's URL, and not these.
   */
  rpcUrls?: readonly string[] | undefined
  /**
   * Asked each second, when a chain of the same id and another genesis answers in place of the network's, as a local one
   * that was started anew: the market on it, undefined while there is none. The index then forgets the old chain, tells
   * listeners of it by `reset`, and indexes the new one. Absent: it stops following, with `GENESIS_CHANGED`.
   */
  successor?: (() => Promise<IndexedMarket | undefined>) | undefined
  /** Directory of the database, of which the indexer is the only user; absent: in memory. */
  dataDir?: string | undefined
  /** URL of a PostgreSQL database (`postgres://…`) instead, which any number of processes may share: one of them writes. */
  database?: string | undefined
  /** Serves what others write to the database, and never writes itself. */
  readOnly?: boolean | undefined
  /** Where the API listens, 127.0.0.1 when absent. */
  host?: string | undefined
  /** Port of the API; 0, also when absent: any free one. */
  port?: number | undefined
  /** Most connections to the API at a time, live streams included; 512 when absent. */
  maxConnections?: number | undefined
  /**
   * Most of them of one IPv4 address, or IPv6 /64; 64 when absent. Of the live streams an address has the same share. A proxy
   * is one address: behind it, let the proxy bound its clients, and give as many as `maxConnections`.
   */
  connectionsPerAddress?: number | undefined
  /** Most requests a minute of one address that read, 3,000 when absent; a proxy is one address. */
  readsPerMinute?: number | undefined
  /** Most that have something done, 120 when absent. */
  writesPerMinute?: number | undefined
  /**
   * What a read beyond those of a minute costs, by x402, in minor units of the market's token; absent: none is sold. The gateway
   * takes the payments and pays their gas.
   */
  price?: bigint | undefined
  /**
   * Most that an answer of an agent's service may cost that clients ask for through the gateway, in minor units; absent: none
   * can be asked. The gateway pays the agent from its balance in the ledger, and the client pays the gateway.
   */
  servicePrice?: bigint | undefined
  /** Who is paid; the gateway when absent. */
  payTo?: Address | undefined
  /** Where clients reach the API, e.g. `https://api.example`; where it listens when absent. */
  publicUrl?: string | undefined
  /**
   * Names by which the API may be asked besides this machine's own, without ports. Absent: any, unless it is asked at a loopback
   * address. To be given where a container passes such a port on.
   */
  allowedHosts?: readonly string[] | undefined
  /** Most clients of the live stream at a time; 100 when absent. */
  maxStreams?: number | undefined
  /** How webhooks are told of events; those who sign for them register them over the API. */
  webhooks?: WebhookOptions | undefined
  /** The mesh node whose intents and capability records the API shows; absent: none. */
  gateway?: Gateway | undefined
  /** How far a ready index may be behind its chain (`/ready`): 10 blocks, and 30 seconds, when absent. */
  maxLagBlocks?: number | undefined
  maxLagSeconds?: number | undefined
  /** Where Prometheus may ask for metrics, at `/metrics`; absent: nowhere. */
  metrics?: MetricsPlace | undefined
  /** Milliseconds between polls of a chain that has nothing new; absent: 200 on a local chain, 1,000 on any other. */
  pollInterval?: number | undefined
  /** Silent when absent. */
  logger?: Logger | undefined
  /** Ends the start; once started, `stop` ends the indexer. */
  signal?: AbortSignal | undefined
}

/** A running index with its API. */
export interface Indexer {
  /** Where the API listens, e.g. `http://127.0.0.1:8787`. */
  url: string
  port: number
  /** Where metrics are, e.g. `http://127.0.0.1:9464/metrics`. */
  metricsUrl: string | undefined
  /** The newest indexed block, and how many blocks the chain was ahead at the last poll. */
  head(): { blockNumber: number; blockHash: Hex; lag: number }
  /**
   * Waits until a block is indexed.
   *
   * @throws ChainError when the index cannot go on; AbortError, caused by the signal's reason, when it aborts.
   */
  waitForBlock(blockNumber: number, options?: { signal?: AbortSignal }): Promise<void>
  /** The market in figures. */
  stats(): Promise<Stats>
  /** What an account paid into the ledger, took out, spent and earned, as far as events tell; see `AccountRow`. */
  account(token: Address, account: Address): Promise<AccountRow>
  /** Stops following, closes the API and the database. */
  stop(): Promise<void>
}

/**
 * Starts an index of a market and its API.
 *
 * @throws ConfigError `RPC_URL_INVALID`, `DIRECTORY_LOCKED`, `STORE_UNUSABLE`, `STORE_OF_ANOTHER_CHAIN`, `GATEWAY_MISSING`
 *   or `PORT_UNUSABLE`; ChainError `CHAIN_UNREACHABLE` or `WRONG_CHAIN`; each says what to do.
 * @example
 * ```ts
 * const indexer = await startIndexer({ network, port: 8787 })
 * await indexer.waitForBlock(42)
 * console.log(await (await fetch(`${indexer.url}/v1/trades?limit=5`)).json())
 * await indexer.stop()
 * ```
 */
export async function startIndexer(options: IndexerOptions): Promise<Indexer> {
  const { logger = pino({ level: 'silent' }) } = options
  const isLocal = options.network.deployment.chainId === LOCAL_CHAIN_ID
  const pollInterval = options.pollInterval ?? (isLocal ? POLLING.local : POLLING.other)
  const isSelling = options.price !== undefined || options.servicePrice !== undefined
  if (isSelling && options.gateway?.account === undefined) throw gatewayMissing()
  const stopping = new AbortController()
  // Undone in reverse order, whether the start fails half-way or the indexer is stopped.
  await using resources = new AsyncDisposableStack()

  const store = await Store.open(options, options.readOnly)
  resources.defer(() => store.close())
  const { readOnly = false } = options
  const succession = new Succession({ ...options, store, pollInterval, logger })
  const replica = await Replica.open({ store, succession, readOnly, logger }, options.signal)
  resources.defer(() => replica.stop())
  const feed = await LiveFeed.open(store, logger)
  resources.defer(() => feed.close())
  const webhooks = readOnly ? undefined : new Webhooks({ store, replica, logger }, options.webhooks)
  resources.defer(async () => webhooks?.close())
  const traffic = new Traffic()
  logRequests(traffic, logger)
  const context: ApiContext = {
    ...{ store, isReadOnly: readOnly, replica, webhooks, startedAt: Date.now(), pollInterval },
    rates: {
      reads: options.readsPerMinute ?? RATES.reads,
      writes: options.writesPerMinute ?? RATES.writes,
    },
    allowedHosts: options.allowedHosts?.map((name) => name.toLowerCase()),
    price: options.price,
    servicePrice: options.servicePrice,
    till: tills(() => {
      const { network, token, gateway } = context
      return { network, token, gateway, payTo: options.payTo }
    }),
    get url() {
      return options.publicUrl ?? server.url
    },
    lagLimits: {
      blocks: options.maxLagBlocks ?? LAG_LIMITS.blocks,
      seconds: options.maxLagSeconds ?? LAG_LIMITS.seconds,
    },
    stopping: stopping.signal,
    traffic,
    get network() {
      return succession.market.network
    },
    get gateway() {
      return succession.market.gateway
    },
    get token() {
      return getAddress(succession.market.network.deployment.contracts.testDollar)
    },
  }
  const { host = '127.0.0.1', port = 0, maxStreams = MAX_CLIENTS } = options
  const limits = {
    all: options.maxConnections ?? MAX_CONNECTIONS,
    perAddress: options.connectionsPerAddress ?? PER_ADDRESS,
  }
  // As large a share of the streams as of the connections.
  const perAddress = Math.ceil((maxStreams * limits.perAddress) / limits.all)
  const app = createApp(context, feed, { stop: stopping.signal, all: maxStreams, perAddress }, logger)
  const server = await listen(app, host, port, limits)
  resources.defer(() => server.close())
  const metrics = options.metrics && (await measure(options.metrics, { context, feed, succession }))
  resources.defer(() => metrics?.close())
  resources.defer(() => stopping.abort())
  options.signal?.throwIfAborted()
  replica.start()

  const running = resources.move()
  return {
    url: server.url,
    port: server.port,
    metricsUrl: metrics && `${metrics.url}/metrics`,
    head() {
      const { cursor, head } = replica.standing
      return { blockNumber: cursor.number, blockHash: cursor.hash, lag: Math.max(head - cursor.number, 0) }
    },
    waitForBlock: (blockNumber, { signal } = {}) => replica.waitForBlock(blockNumber, signal),
    stats: () => store.transaction((tx) => readStats(tx, context.token, nowInSeconds())),
    account: (of, account) => store.transaction((tx) => readAccount(tx, getAddress(of), getAddress(account))),
    stop: () => running.disposeAsync(),
  }
}

/** Loads what measures on use: an index need not have it. */
async function measure(
  place: MetricsPlace,
  { context, feed, succession }: { context: ApiContext; feed: LiveFeed; succession: Succession },
): Promise<HttpServer> {
  const { startMetrics } = await import('./metrics/index.ts')
  const endpoints = () => (context.replica.isWriter ? succession.endpoints : [])
  return startMetrics(place, { context, feed, endpoints })
}
