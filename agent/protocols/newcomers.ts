import type { PeerId } from '@libp2p/interface'
import type { MeshNode } from '../network/node.ts'

/** How long a neighbour that was asked is not asked again, in milliseconds. */
const CATCH_UP_PAUSE = 10_000
/** Most neighbours that are asked at a time. */
const MAX_ASKED = 2
/** Most neighbours that wait to be asked; others are left out. */
const MAX_WAITING = 64

type Subscriptions = { peerId: PeerId; subscriptions: { topic: string; subscribe: boolean }[] }

/**
 * Notices neighbours that begin to share a topic - after this agent joined, or when a partition of the network heals -
 * and has each of them asked, a few at a time.
 */
export class Newcomers {
  readonly #node: MeshNode
  readonly #shares: (topic: string) => boolean
  readonly #ask: (peer: PeerId) => Promise<void>
  readonly #waiting = new Map<string, PeerId>()
  /** When each neighbour was asked, monotonic milliseconds. */
  readonly #asked = new Map<string, number>()
  #asking = 0
  #isStopped = false

  /**
   * @param shares whether this agent listens in a topic, too
   * @param ask may not reject
   */
  constructor(node: MeshNode, shares: (topic: string) => boolean, ask: (peer: PeerId) => Promise<void>) {
    this.#node = node
    this.#shares = shares
    this.#ask = ask
  }

  start(): void {
    this.#node.services.pubsub.addEventListener('subscription-change', this.#onChange)
  }

  stop(): void {
    this.#isStopped = true
    this.#waiting.clear()
    this.#node.services.pubsub.removeEventListener('subscription-change', this.#onChange)
  }

  /** Has those asked who listen in a topic already. */
  joined(topic: string): void {
    for (const peer of this.#node.services.pubsub.getSubscribers(topic)) this.#add(peer)
  }

  readonly #onChange = ({ detail: { peerId, subscriptions } }: CustomEvent<Subscriptions>): void => {
    if (subscriptions.some(({ topic, subscribe }) => subscribe && this.#shares(topic))) this.#add(peerId)
  }

  #add(peer: PeerId): void {
    if (this.#isStopped || this.#waiting.size >= MAX_WAITING) return
    const key = peer.toString()
    const now = performance.now()
    for (const [other, at] of this.#asked) {
      if (at + CATCH_UP_PAUSE > now) break
      this.#asked.delete(other)
    }
    if (this.#asked.has(key)) return
    this.#waiting.set(key, peer)
    this.#next()
  }

  #next(): void {
    if (this.#asking >= MAX_ASKED) return
    const [entry] = this.#waiting
    if (entry === undefined) return
    const [key, peer] = entry
    this.#waiting.delete(key)
    this.#asked.set(key, performance.now())
    this.#asking += 1
    this.#ask(peer).finally(() => {
      this.#asking -= 1
      this.#next()
    })
  }
}
