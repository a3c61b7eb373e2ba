import type { PeerId } from '@libp2p/interface'
import type { MeshNode } from '../../network/node.ts'
import { FIRST_MEETING, MAX_STRANGERS, MEETING } from './constants.ts'

/**
 * When an agent meets somebody whom it does not need, and how many such acquaintances it keeps. An agent that looks for
 * neighbours only while it has too few can end up in a clique of which all know all, and nobody the rest of the group: a few
 * links by lot that change make one group of them again.
 *
 * Source: the shuffling of random links in peer sampling, Jelasity et al., "Gossip-based peer sampling", ACM TOCS 25(3), 2007.
 */
export class Strangers {
  readonly #node: MeshNode
  readonly #clock: () => number
  readonly #met = new Map<string, PeerId>()
  #pause = FIRST_MEETING
  #nextAt: number

  /** @param clock monotonic milliseconds */
  constructor(node: MeshNode, clock: () => number) {
    this.#node = node
    this.#clock = clock
    this.#nextAt = clock() + varied(this.#pause)
  }

  /** Whether it is time to meet somebody; once each time. */
  isDue(): boolean {
    if (this.#clock() < this.#nextAt) return false
    this.#pause = Math.min(2 * this.#pause, MEETING)
    this.#nextAt = this.#clock() + varied(this.#pause)
    return true
  }

  /** Keeps a link to one that was met; when they are too many, the oldest goes, unless it has become more than that. */
  async keep(peer: PeerId, signal: AbortSignal): Promise<void> {
    if (this.#node.getConnections(peer).length === 0) return
    this.#met.set(peer.toString(), peer)
    const [oldest] = this.#met
    if (this.#met.size <= MAX_STRANGERS || oldest === undefined) return
    const [key, stranger] = oldest
    this.#met.delete(key)
    if (!isInUse(this.#node, stranger)) await this.#node.hangUp(stranger, { signal })
  }
}

/** Half of a duration to one and a half, by lot: agents that started together shall not meet all at once. */
function varied(duration: number): number {
  return duration * (0.5 + Math.random())
}

/** Whether anything but gossip is going on between them. */
function isInUse(node: MeshNode, peer: PeerId): boolean {
  const gossip = node.services.pubsub.protocols
  return node
    .getConnections(peer)
    .flatMap(({ streams }) => streams)
    .some(({ protocol }) => !gossip.includes(protocol))
}
