import { type Logger, pino } from 'pino'
import { getAddress } from 'viem'
import type { NetworkDescriptor } from '../protocol/deployment.ts'
import type { Address, Hex } from '../protocol/types.ts'
import { createApp } from './api/app.ts'
import { nowInSeconds } from './api/context.ts'
import { LiveFeed } from './api/live-feed.ts'
import { listen, MAX_CONNECTIONS, PER_ADDRESS } from './api/server.ts'
import { MAX_CLIENTS } from './api/stream.ts'
import { ChainIndex } from './chain-index.ts'
import { ChainReader } from './follower/chain-reader.ts'
import { connect } from './follower/connect.ts'
import type { Gateway } from './gateway.ts'
import { Inbox } from './inbox.ts'
import { readAccount, readStats, type Stats } from './store/queries/stats.ts'
import { Store } from './store/store.ts'
import type { AccountRow } from './store/tables.ts'

export type { Gateway, ReceivedCapability, ReceivedIntent } from './gateway.ts'
export type { Stats } from './store/queries/stats.ts'
export type { AccountRow } from './store/tables.ts'

export interface IndexerOptions {
  network: NetworkDescriptor
  /** Directory of the database, of which the indexer is the only user; absent: in memory. */
  dataDir?: string | undefined
  /** Where the API listens, 127.0.0.1 when absent. */
  host?: string | undefined
  /** Port of the API; 0, also when absent: any free one. */
  port?: number | undefined
  /**
   * Most connections to the API of one IPv4 address, or IPv6 /64, at a time, live streams included; 64 when absent, and 512
   * for all together. Of the 100 live streams an address has the same share: 13. A proxy is one address: behind it, let the
   * proxy bound its clients, and give 512.
   */
  connectionsPerAddress?: number | undefined
  /** The mesh node whose intents and capability records the API shows; absent: none. */
  gateway?: Gateway | undefined
  /** Milliseconds between polls of a chain that has nothing new, 200 when absent. */
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
 * @throws ConfigError `DIRECTORY_LOCKED`, `STORE_UNUSABLE`, `STORE_OF_ANOTHER_CHAIN` or `PORT_UNUSABLE`;
 *   ChainError `CHAIN_UNREACHABLE` or `WRONG_CHAIN`; each says what to do.
 * @example
 * ```ts
 * const indexer = await startIndexer({ network, port: 8787 })
 * await indexer.waitForBlock(42)
 * console.log(await (await fetch(`${indexer.url}/v1/trades?limit=5`)).json())
 * await indexer.stop()
 * ```
 */
export async function startIndexer(options: IndexerOptions): Promise<Indexer> {
  const { network, pollInterval = 200, logger = pino({ level: 'silent' }) } = options
  const { deployment } = network
  const token = getAddress(deployment.contracts.testDollar)
  const stopping = new AbortController()
  // Undone in reverse order, whether the start fails half-way or the indexer is stopped.
  await using resources = new AsyncDisposableStack()

  const reader = new ChainReader(network.rpcUrl)
  const base = await connect(reader, deployment, options.signal)
  const store = await Store.open(options.dataDir)
  resources.defer(() => store.close())
  const feed = await LiveFeed.open(store, logger)
  resources.defer(() => feed.close())
  if (options.gateway !== undefined) {
    const inbox = new Inbox(options.gateway, store, logger, () => feed.refresh())
    resources.defer(() => inbox.close())
  }
  const index = await ChainIndex.open({ store, reader, deployment, base, pollInterval, logger })
  index.events.on('commit', () => feed.refresh())
  resources.defer(() => index.stop())
  const { gateway } = options
  const context = { store, index, network, gateway, token, startedAt: Date.now(), pollInterval }
  const { host = '127.0.0.1', port = 0, connectionsPerAddress = PER_ADDRESS } = options
  // As large a share of the streams as of the connections.
  const perAddress = Math.ceil((MAX_CLIENTS * connectionsPerAddress) / MAX_CONNECTIONS)
  const app = createApp(context, feed, { stop: stopping.signal, perAddress }, logger)
  const server = await listen(app, host, port, connectionsPerAddress)
  resources.defer(() => server.close())
  resources.defer(() => stopping.abort())
  options.signal?.throwIfAborted()
  index.start()

  const running = resources.move()
  return {
    url: server.url,
    port: server.port,
    head() {
      const { number, hash } = index.cursor
      return { blockNumber: number, blockHash: hash, lag: Math.max(index.status.head - number, 0) }
    },
    waitForBlock: (blockNumber, { signal } = {}) => index.waitForBlock(blockNumber, signal),
    stats: () => store.transaction((tx) => readStats(tx, token, nowInSeconds())),
    account: (of, account) => store.transaction((tx) => readAccount(tx, getAddress(of), getAddress(account))),
    stop: () => running.disposeAsync(),
  }
}
