import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { NetworkDescriptor } from '../protocol/deployment.ts'
import { messageOf } from '../protocol/errors.ts'
import { ChainIndex } from './chain-index.ts'
import { connect } from './follower/connect.ts'
import { Endpoints } from './follower/endpoints.ts'
import type { Gateway } from './gateway.ts'
import { Inbox } from './inbox.ts'
import { reset } from './store/reset.ts'
import type { Store } from './store/store.ts'

/** A market to index, and the mesh node that hears it. */
export interface IndexedMarket {
  network: NetworkDescriptor
  gateway?: Gateway | undefined
}

export interface SuccessionInit extends IndexedMarket {
  rpcUrls?: readonly string[] | undefined
  successor?: (() => Promise<IndexedMarket | undefined>) | undefined
  store: Store
  pollInterval: number
  logger: Logger
  /** Told of each transaction that may have brought live events. */
  onWritten: () => void
}

/** Milliseconds between two looks for a deployment on a chain that was started anew. */
const LOOK_INTERVAL = 1_000

/**
 * Indexes one chain after the other: when the one that is followed was started anew, with another genesis, and whoever
 * set the index up has a deployment on the new one, the store is emptied and filled again from that.
 */
export class Succession {
  readonly #init: SuccessionInit
  readonly #stop = new AbortController()
  #network: NetworkDescriptor
  #index: ChainIndex
  #inbox: Inbox | undefined
  #running: Promise<void> | undefined

  private constructor(init: SuccessionInit, index: ChainIndex) {
    this.#init = init
    this.#network = init.network
    this.#index = this.#watch(index)
    this.#listen(init.gateway)
  }

  /** @throws what `connect` and `ChainIndex.open` throw. */
  static async open(init: SuccessionInit, signal?: AbortSignal): Promise<Succession> {
    return new Succession(init, await openIndex(init, init.network, { signal }))
  }

  /** The market that is indexed. */
  get network(): NetworkDescriptor {
    return this.#network
  }

  /** Its index; one that has failed when the chain was started anew, until there is another one. */
  get index(): ChainIndex {
    return this.#index
  }

  /** Begins to follow the chain. */
  start(): void {
    this.#running ??= this.#run()
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#index.stop()
    await this.#running
    // By now it may be another one, whose waiters are to be told too.
    await this.#index.stop()
    await this.#inbox?.close()
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    const { successor, onWritten } = this.#init
    while (!signal.aborted) {
      await this.#index.run()
      if (successor === undefined || this.#index.failure?.code !== 'GENESIS_CHANGED') return
      const next = await this.#await(successor)
      if (next === undefined) return
      this.#index = this.#watch(next)
      onWritten()
    }
  }

  /** Looks until there is something to index; undefined when stopped. */
  async #await(successor: () => Promise<IndexedMarket | undefined>): Promise<ChainIndex | undefined> {
    const { signal } = this.#stop
    let told: string | undefined
    for (;;) {
      await sleep(LOOK_INTERVAL, undefined, { signal }).catch(() => {})
      if (signal.aborted) return undefined
      try {
        return await this.#succeed(successor)
      } catch (error) {
        const reason = messageOf(error)
        if (reason !== told)
          this.#init.logger.warn({ reason }, 'the chain that was started anew has no market yet')
        told = reason
      }
    }
  }

  /** Opens the index of the market that has come instead; of the same one, when its chain is back. */
  async #succeed(successor: () => Promise<IndexedMarket | undefined>): Promise<ChainIndex> {
    const { signal } = this.#stop
    const market = await successor()
    const { deployment } = this.#network
    if (market === undefined || market.network.deployment.genesisHash === deployment.genesisHash) {
      return openIndex(this.#init, this.#network, { signal })
    }
    const index = await openIndex(this.#init, market.network, { signal, empties: true })
    this.#init.logger.warn(
      { genesisHash: market.network.deployment.genesisHash },
      'the chain was started anew: the index begins again',
    )
    this.#network = market.network
    await this.#inbox?.close()
    this.#listen(market.gateway)
    return index
  }

  #watch(index: ChainIndex): ChainIndex {
    index.events.on('commit', this.#init.onWritten)
    return index
  }

  #listen(gateway: Gateway | undefined): void {
    const { store, logger, onWritten } = this.#init
    this.#inbox = gateway && new Inbox(gateway, store, logger, onWritten)
  }
}

async function openIndex(
  { rpcUrls, store, pollInterval, logger }: SuccessionInit,
  { deployment, rpcUrl }: NetworkDescriptor,
  { signal, empties = false }: { signal: AbortSignal | undefined; empties?: boolean },
): Promise<ChainIndex> {
  const urls = rpcUrls ?? [rpcUrl]
  const endpoints = new Endpoints({ urls, chain: deployment, pause: pollInterval, logger })
  const base = await connect(endpoints, deployment, signal)
  if (empties) await store.write((tx) => reset(tx, deployment, base))
  return ChainIndex.open({ store, endpoints, deployment, base, pollInterval, logger })
}
