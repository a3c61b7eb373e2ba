import type { Logger } from 'pino'
import type { NetworkDescriptor } from '../protocol/deployment.ts'
import { ChainError } from '../protocol/errors.ts'
import { ChainIndex } from './chain-index.ts'
import { connect } from './follower/connect.ts'
import { type EndpointFigures, Endpoints } from './follower/endpoints.ts'
import type { Gateway } from './gateway.ts'
import type { Store } from './store/store.ts'
import { succeed } from './store/succeed.ts'

/** A market to index, and the mesh node that hears it. */
export interface IndexedMarket {
  network: NetworkDescriptor
  gateway?: Gateway | undefined
}

interface SuccessionInit extends IndexedMarket {
  rpcUrls?: readonly string[] | undefined
  successor?: (() => Promise<IndexedMarket | undefined>) | undefined
  store: Store
  pollInterval: number
  logger: Logger
}

/** The market that is indexed: the one that was named, or what has come instead when its chain was started anew. */
export class Succession {
  readonly #init: SuccessionInit
  #market: IndexedMarket
  #endpoints: Endpoints | undefined

  constructor(init: SuccessionInit) {
    this.#init = init
    this.#market = { network: init.network, gateway: init.gateway }
  }

  get market(): IndexedMarket {
    return this.#market
  }

  /** Of the endpoints of the chain that were opened last; none when none was. */
  get endpoints(): EndpointFigures[] {
    return this.#endpoints?.figures ?? []
  }

  /** Whether an index of a chain that was started anew can go on with another one. */
  get goesOn(): boolean {
    return this.#init.successor !== undefined
  }

  /**
   * Opens the index of the market.
   *
   * @throws what `connect` and `ChainIndex.open` throw.
   */
  open(signal: AbortSignal | undefined): Promise<ChainIndex> {
    return this.#open(this.#market, signal)
  }

  /**
   * Opens it again. Where the chain has another genesis by now, that of the successor is opened, in a store that forgets the
   * old one.
   *
   * @throws as `open`: `WRONG_CHAIN` while there is no successor on that chain.
   */
  async reopen(signal: AbortSignal | undefined): Promise<ChainIndex> {
    try {
      return await this.#open(this.#market, signal)
    } catch (error) {
      const isAnew =
        error instanceof ChainError && error.code === 'WRONG_CHAIN' && error.field === 'genesisHash'
      const next = isAnew ? await this.#init.successor?.() : undefined
      if (next === undefined) throw error
      const index = await this.#open(next, signal)
      this.#market = next
      return index
    }
  }

  async #open({ network }: IndexedMarket, signal: AbortSignal | undefined): Promise<ChainIndex> {
    const { rpcUrls: urls = [network.rpcUrl], store, pollInterval, logger } = this.#init
    const { deployment } = network
    const endpoints = new Endpoints({ urls, chain: deployment, pause: pollInterval, logger })
    this.#endpoints = endpoints
    const base = await connect(endpoints, deployment, signal)
    if (network.deployment.genesisHash !== this.#market.network.deployment.genesisHash) {
      await store.write((tx) => succeed(tx, deployment, base))
      logger.warn(
        { genesisHash: deployment.genesisHash },
        'the chain was started anew: the index begins again',
      )
    }
    return ChainIndex.open({ store, endpoints, deployment, base, pollInterval, logger })
  }
}
