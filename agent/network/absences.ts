import type { Connection, Libp2pEvents, PeerId, Startable, TypedEventTarget } from '@libp2p/interface'
import type { Address } from '../../protocol/types.ts'
import { addressOfPeer } from './identity.ts'

/** How long an agent that could not be reached is taken to be away, in milliseconds. */
const AWAY = 600_000
/** Most agents that are remembered; those that were missed longest ago are forgotten first. */
const MOST = 1_000

/** Agents that could not be reached of late: those that crash say no goodbye, and their records hold for up to an hour. */
export class Absences implements Startable {
  readonly #events: Pick<TypedEventTarget<Libp2pEvents>, 'addEventListener' | 'removeEventListener'>
  readonly #clock: () => number
  /** Since when agents are away, Unix milliseconds. */
  readonly #since = new Map<Address, number>()

  /**
   * @param components.events of libp2p: whoever connects is back
   * @param clock Unix milliseconds
   */
  constructor(
    { events }: { events: Pick<TypedEventTarget<Libp2pEvents>, 'addEventListener' | 'removeEventListener'> },
    clock: () => number = Date.now,
  ) {
    this.#events = events
    this.#clock = clock
  }

  start(): void {
    this.#events.addEventListener('connection:open', this.#onOpen)
  }

  stop(): void {
    this.#events.removeEventListener('connection:open', this.#onOpen)
  }

  /** Notes that a peer could not be reached; one that is no agent is not remembered. */
  missed(peer: PeerId): void {
    if (peer.type !== 'secp256k1') return
    const agent = addressOfPeer(peer)
    this.#since.delete(agent)
    this.#since.set(agent, this.#clock())
    const [oldest] = this.#since.keys()
    if (this.#since.size > MOST && oldest !== undefined) this.#since.delete(oldest)
  }

  /** Notes that a peer was reached. */
  reached(peer: PeerId): void {
    if (this.hasPeer(peer)) this.#since.delete(addressOfPeer(peer))
  }

  /** Notes what an agent signed. @param at Unix seconds */
  heard(agent: Address, at: bigint): void {
    if (Number(at) * 1000 >= (this.#since.get(agent) ?? 0)) this.#since.delete(agent)
  }

  /** Whether an agent could not be reached within ten minutes, and was neither reached nor heard since. */
  has(agent: Address): boolean {
    const since = this.#since.get(agent)
    return since !== undefined && this.#clock() - since < AWAY
  }

  /** As `has`, by its peer. */
  hasPeer(peer: PeerId): boolean {
    return this.#since.size > 0 && peer.type === 'secp256k1' && this.has(addressOfPeer(peer))
  }

  readonly #onOpen = ({ detail: { remotePeer } }: CustomEvent<Connection>): void => {
    this.reached(remotePeer)
  }
}

/** `Absences` as a libp2p service. */
export function absences(): (components: { events: TypedEventTarget<Libp2pEvents> }) => Absences {
  return (components) => new Absences(components)
}
