import type { PeerId } from '@libp2p/interface'
import { RefusedError } from '../../../protocol/errors.ts'
import { Backoff } from '../../network/backoff.ts'
import type { MeshNode } from '../../network/node.ts'
import { claimedPeer } from '../../network/rendezvous/peer-record.ts'
import { discoverAt, registerAt, unregisterAt } from '../../network/rendezvous/requests.ts'
import { GOODBYE, TIMEOUT } from './constants.ts'
import type { Candidate, Interest } from './interest.ts'

/** What the point is to be told and asked. */
export interface Errand {
  interests: readonly Interest[]
  /** Those of them in which neighbours are missing; counted once for all points. */
  wanting: ReadonlySet<Interest>
  /** Where this agent listens, signed; undefined for one that nobody can dial. */
  record: Uint8Array | undefined
  /** Ends it. */
  signal: AbortSignal
}

/** A connected peer that is a rendezvous point, and how this agent stands with it. */
export class KnownPoint {
  readonly peer: PeerId
  /** Id of the connection by which it became known. */
  readonly connection: string
  readonly #node: MeshNode
  readonly #clock: () => number
  readonly #backoff: Backoff
  /** By namespace: what was registered, and when to do so again, in monotonic milliseconds. */
  readonly #registered = new Map<string, { record: Uint8Array; renewAt: number }>()
  /** By namespace, how far it was asked. */
  readonly #cookies = new Map<string, Uint8Array>()
  readonly #strangerCookies = new Map<string, Uint8Array>()
  #isBusy = false

  /** @param clock monotonic milliseconds */
  constructor(
    node: MeshNode,
    peer: PeerId,
    connection: string,
    clock: () => number = () => performance.now(),
  ) {
    this.#node = node
    this.peer = peer
    this.connection = connection
    this.#clock = clock
    this.#backoff = new Backoff(clock)
  }

  /**
   * Registers where that is due, and asks for neighbours where some are missing: sooner or later again, after pauses
   * that double.
   *
   * @throws WireError for what the point is to blame for; whatever ended a stream
   */
  async visit({ interests, wanting, record, signal }: Errand): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    try {
      for (const interest of interests) {
        if (record !== undefined) await this.#register(interest, record, signal)
      }
      for (const interest of interests) {
        if (wanting.has(interest)) await this.#discover(interest, signal)
        else this.#backoff.succeeded(interest.namespace)
      }
    } finally {
      this.#isBusy = false
    }
  }

  /** The next few who registered and are not connected, by lot. @throws as `visit` */
  async strangers(namespace: string, signal: AbortSignal): Promise<Candidate[]> {
    const page = await this.#page(namespace, this.#strangerCookies, signal)
    return page.toSorted(() => Math.random() - 0.5)
  }

  /** Takes all registrations back, as far as the point still listens. */
  async leave(): Promise<void> {
    const signal = AbortSignal.timeout(GOODBYE)
    const namespaces = [...this.#registered.keys()]
    this.#registered.clear()
    for (const namespace of namespaces) await unregisterAt(this.#node, this.peer, namespace, signal)
  }

  async #register({ namespace }: Interest, record: Uint8Array, signal: AbortSignal): Promise<void> {
    const earlier = this.#registered.get(namespace)
    if (earlier?.record === record && this.#clock() < earlier.renewAt) return
    const key = `register ${namespace}`
    if (!this.#backoff.isDue(key)) return
    // Until it has succeeded.
    this.#backoff.failed(key)
    const registration = { namespace, record }
    const { status, ttl = 0 } = await registerAt(this.#node, this.peer, registration, within(signal))
    if (status !== 'OK') {
      throw new RefusedError('NOT_REGISTERED', 'A rendezvous point does not register this agent.', {
        field: namespace,
        expected: 'OK',
        received: `${status} of ${this.peer}`,
        remedy:
          'Nothing is to be done: it is tried again. When no point registers this agent, give another relay.',
      })
    }
    this.#registered.set(namespace, { record, renewAt: this.#clock() + (ttl * 1000) / 2 })
    this.#backoff.succeeded(key)
  }

  async #discover(interest: Interest, signal: AbortSignal): Promise<void> {
    const { namespace } = interest
    if (!this.#backoff.isDue(namespace)) return
    this.#backoff.failed(namespace)
    for (const candidate of await this.#page(namespace, this.#cookies, signal)) interest.add(candidate)
  }

  /** Those of the next registrations that are not connected. */
  async #page(
    namespace: string,
    cookies: Map<string, Uint8Array>,
    signal: AbortSignal,
  ): Promise<Candidate[]> {
    const cookie = cookies.get(namespace)
    const answer = await discoverAt(this.#node, this.peer, { namespace, cookie }, within(signal))
    // At the end, and when the point has forgotten its cookies, it is asked from the start next time.
    if (answer.registrations.length === 0 || answer.cookie === undefined) cookies.delete(namespace)
    else cookies.set(namespace, answer.cookie)
    return answer.registrations
      .map(({ record }) => ({ peer: claimedPeer(record), record, from: this.peer }))
      .filter(({ peer }) => !peer.equals(this.#node.peerId) && this.#node.getConnections(peer).length === 0)
  }
}

function within(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)])
}
