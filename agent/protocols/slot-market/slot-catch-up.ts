import type { PeerId } from '@libp2p/interface'
import type { NetworkId } from '../../../protocol/deployment.ts'
import type { Hex } from '../../../protocol/types.ts'
import type { SlotsAsk } from '../../../protocol/wire/catch-up.ts'
import { marketTopic, ORDERS, READINGS } from '../../network/names.ts'
import type { MeshNode } from '../../network/node.ts'
import type { Cache, CatchUp } from '../catch-up.ts'
import { Newcomers } from '../newcomers.ts'
import type { SlotGossip } from './slot-gossip.ts'

export interface SlotCatchUpComponents {
  node: MeshNode
  network: NetworkId
  market: Hex
  gossip: Pick<SlotGossip, 'cache'>
  catchUp: Pick<CatchUp, 'ask'>
  signal: AbortSignal
}

const SAID = ['orders', 'readings'] as const

/** Asks each neighbour that comes into a market for what was said in it before this agent listened. */
export class SlotCatchUp {
  readonly #components: SlotCatchUpComponents
  readonly #topics: readonly string[]
  readonly #newcomers: Newcomers
  readonly #caches: Record<SlotsAsk['type'], Cache>
  /** Of what a neighbour was asked: what comes later comes from another part of a network that was split. */
  readonly #caughtUp = new Set<SlotsAsk['type']>()

  constructor(components: SlotCatchUpComponents) {
    const { node, network, market, gossip } = components
    this.#components = components
    this.#topics = [ORDERS, READINGS].map((said) => marketTopic(network, said, market))
    const shares = (topic: string) => this.#topics.includes(topic)
    this.#newcomers = new Newcomers(node, shares, (peer) => this.#ask(peer))
    const cache = (said: SlotsAsk['type']) => gossip.cache(said, () => this.#caughtUp.has(said))
    this.#caches = { orders: cache('orders'), readings: cache('readings') }
  }

  /** Asks those who are there, and whoever comes. */
  start(): void {
    this.#newcomers.start()
    for (const topic of this.#topics) this.#newcomers.joined(topic)
  }

  stop(): void {
    this.#newcomers.stop()
  }

  /** What a question about this market is answered from. */
  cacheOf({ type }: SlotsAsk): Cache {
    return this.#caches[type]
  }

  async #ask(peer: PeerId): Promise<void> {
    const { catchUp, market, signal } = this.#components
    for (const type of SAID) {
      if (await catchUp.ask(peer, { type, market }, signal)) this.#caughtUp.add(type)
    }
  }
}
