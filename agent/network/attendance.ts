import type { Connection, PeerId } from '@libp2p/interface'
import { RefusedError } from '../../protocol/errors.ts'
import { background, type Timer } from '../platform/timers.ts'
import type { MeshNode } from './node.ts'

/** How often connections are looked over, in milliseconds. */
const INTERVAL = 1_000
/** Age in milliseconds from which the peer of a connection should take part in gossip. */
const GRACE = 3_000
/** Pause between hanging up and dialling again, in milliseconds: the news of the end must not overtake the start. */
const PAUSE = 500
/** How long one attempt may take, in milliseconds. */
const TIMEOUT = 10_000
/** Most attempts for a peer while it stays connected; it may have other interests. */
const MAX_ATTEMPTS = 4

/**
 * Sees to it that whoever is connected also gossips. libp2p identifies a peer once, and on a busy machine that runs
 * into its timeout; and when a connection ends and the next one begins at once, gossipsub may hear of the end last
 * and forget the peer for good. First the peer is identified anew; if that is not enough, the connection is made anew.
 */
export class Attendance {
  readonly #node: MeshNode
  readonly #stopping = new AbortController()
  #attempts = new Map<string, number>()
  #timer: Timer | undefined
  #isLooking = false

  constructor(node: MeshNode) {
    this.#node = node
  }

  start(): void {
    this.#node.addEventListener('connection:open', this.#retireOlder, { signal: this.#stopping.signal })
    this.#timer = background(setInterval(() => this.#lookOver(), INTERVAL))
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#stopping.abort()
  }

  /**
   * A peer that connects again has most likely lost its earlier connections, with the process that held them. Until
   * they time out, gossipsub would keep to their streams. Connections of nearly the same age are two dials that
   * crossed: closing either on both sides could leave none. A direct connection after one through a relay is neither.
   */
  readonly #retireOlder = ({
    detail: { id, remotePeer, timeline, limits },
  }: CustomEvent<Connection>): void => {
    for (const connection of this.#node.getConnections(remotePeer)) {
      if (connection.id === id || connection.timeline.open > timeline.open - GRACE) continue
      if ((connection.limits === undefined) !== (limits === undefined)) continue
      connection.abort(
        new RefusedError('CONNECTION_REPLACED', 'The peer has connected again.', {
          remedy: 'Nothing is to be done: its newer connection is used.',
        }),
      )
    }
  }

  async #lookOver(): Promise<void> {
    if (this.#isLooking) return
    this.#isLooking = true
    const attending = this.#attending()
    const latest = Date.now() - GRACE
    const earlier = this.#attempts
    this.#attempts = new Map()
    const absent: Connection[] = []
    for (const connection of this.#node.getConnections()) {
      const peer = connection.remotePeer.toString()
      // Gossip does not go through relays.
      if (connection.limits !== undefined) continue
      if (attending.has(peer) || this.#attempts.has(peer)) continue
      const attempts = earlier.get(peer) ?? 0
      const isDue = connection.timeline.open <= latest && attempts < MAX_ATTEMPTS
      this.#attempts.set(peer, isDue ? attempts + 1 : attempts)
      if (isDue) absent.push(connection)
    }
    await Promise.allSettled(absent.map((connection) => this.#attend(connection)))
    this.#isLooking = false
  }

  /** Peers that share at least one topic. */
  #attending(): Set<string> {
    const { pubsub } = this.#node.services
    return new Set(pubsub.getTopics().flatMap((topic) => pubsub.getSubscribers(topic).map(String)))
  }

  /** Whether a peer has told what it speaks, and does not gossip: a relay, or a node that only carries. */
  async #isSilent(peer: PeerId): Promise<boolean> {
    const { protocols } = await this.#node.peerStore.get(peer)
    return protocols.length > 0 && !protocols.some(isGossip)
  }

  async #attend(connection: Connection): Promise<void> {
    const { remotePeer, remoteAddr, direction } = connection
    if (await this.#isSilent(remotePeer)) return
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(TIMEOUT)])
    const attempts = this.#attempts.get(remotePeer.toString()) ?? 0
    if (attempts === 1) {
      await this.#node.services.identify.identify(connection, { signal })
      return
    }
    // Whoever dialled dials again. It may see nothing amiss, when only its own stream to us is missing: then we hang
    // up, later than it would, and a peer that wants us dials anew.
    if (direction === 'inbound' && attempts < MAX_ATTEMPTS - 1) return
    await this.#node.hangUp(remotePeer, { signal })
    if (direction === 'inbound') return
    await new Promise((resolve) => setTimeout(resolve, PAUSE))
    await this.#node.dial(remoteAddr, { signal })
  }
}

/** Whether a protocol is a version of gossipsub. */
export function isGossip(protocol: string): boolean {
  return protocol.startsWith('/meshsub/') || protocol.startsWith('/floodsub/')
}
