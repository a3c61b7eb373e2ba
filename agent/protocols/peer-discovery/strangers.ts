import type { PeerId } from '@libp2p/interface'
import type { MeshNode } from '../../network/node.ts'
import { FIRST_MEETING, MAX_BUSY_STRANGERS, MAX_STRANGERS, MEETING } from './constants.ts'

/**
 * When an agent meets somebody whom it does not need, and how many such acquaintances it keeps. An agent that looks for
 * neighbours only while it has too few can end up in a clique of which all know all, and nobody the rest of the group: a few
 * links by lot that change make one group of them again.
 *
 * Source: the shuffling of random links in peer sampling, Jelasity et al., "Gossip-based peer sampling", ACM TOCS 25(3), 2007.
 */
export class Strangers {
  readonly #node: MeshNode
  readonly #isNeeded: (peer: string) => boolean
  readonly #clock: () => number
  readonly #met = new Map<string, PeerId>()
  #pause = FIRST_MEETING
  #nextAt: number

  /**
   * @param isNeeded whether an agent wants to keep a link in any case
   * @param clock monotonic milliseconds
   */
  constructor(node: MeshNode, isNeeded: (peer: string) => boolean, clock: () => number) {
    this.#node = node
    this.#isNeeded = isNeeded
    this.#clock = clock
    this.#nextAt = clock() + varied(this.#pause)
  }

  /** Whether it is time to meet somebody, once each time; not while those who were met keep too many links in use. */
  isDue(): boolean {
    if (this.#clock() < this.#nextAt || this.#present().length >= MAX_BUSY_STRANGERS) return false
    this.#pause = Math.min(2 * this.#pause, MEETING)
    this.#nextAt = this.#clock() + varied(this.#pause)
    return true
  }

  /** Keeps a link to one that was met; when they are too many, the oldest goes of which nothing but gossip is made. */
  async keep(peer: PeerId, signal: AbortSignal): Promise<void> {
    this.#met.set(peer.toString(), peer)
    const present = this.#present()
    if (present.length <= MAX_STRANGERS) return
    const spare = present.find(([key, each]) => !this.#isNeeded(key) && !isInUse(this.#node, each))
    if (spare !== undefined) await this.#node.hangUp(spare[1], { signal })
  }

  /** Those met that are still connected, the oldest first. */
  #present(): [key: string, peer: PeerId][] {
    for (const [key, peer] of this.#met) {
      if (this.#node.getConnections(peer).length === 0) this.#met.delete(key)
    }
    return [...this.#met]
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
