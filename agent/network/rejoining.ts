import type { ComponentLogger, Logger, Peer, PeerId, PeerStore, Startable } from '@libp2p/interface'
import type { ConnectionManager } from '@libp2p/interface-internal'
import { peerIdFromString } from '@libp2p/peer-id'
import type { Multiaddr } from '@multiformats/multiaddr'
import { EventEmitter } from 'eventemitter3'
import { background, type Timer } from '../platform/timers.ts'
import { Backoff } from './backoff.ts'
import { type DialFailure, dialFailureOf } from './dial-failure.ts'
import { peerIn } from './peer-addresses.ts'

/** How often connections are looked over, in milliseconds. */
const INTERVAL = 1_000
/** How long one dial may take, in milliseconds. */
const TIMEOUT = 10_000
/** Most remembered peers that are dialled at a time. */
const MAX_DIALS = 8
/** Most peers that are remembered; those that were reached longest ago are forgotten first. */
const MAX_REMEMBERED = 1_000
/** How often it is looked whether they are more, in looks. */
const FORGET_EVERY = 600
/** Under this name libp2p keeps when it last reached a peer, in Unix milliseconds. */
const LAST_SUCCESS = 'last-dial-success'
/** Key of the back-off of remembered peers, as a whole. */
const REMEMBERED = 'remembered'

interface Components {
  peerId: PeerId
  peerStore: PeerStore
  connectionManager: ConnectionManager
  logger: ComponentLogger
}

/** Keeps the connections to bootstrap peers when others have to go. */
const TAGS = { bootstrap: { value: 50 } }

/**
 * A libp2p service that brings a node to its bootstrap peers, and back to them whenever one of them is gone, so that the
 * halves of a network that fell apart find each other again; and to peers that it remembers, or has heard of by
 * multicast, while it has nobody else. Whoever is not reached is dialled again after 1, 2, 4 and so on up to 60 seconds,
 * for ever.
 *
 * @param settings.bootstrapPeers multiaddrs with peer ids
 * @param settings.relays multiaddrs with peer ids of peers that do not count as company
 * @param settings.mdns whether peers are looked for by multicast
 */
export function rejoin(settings: Settings): (components: Components) => Rejoining {
  return (components) => new Rejoining(components, settings)
}

interface Settings {
  bootstrapPeers: readonly Multiaddr[]
  relays: readonly Multiaddr[]
  mdns: boolean
}

/** See {@link rejoin}. Emits `failure` when a bootstrap peer was not reached. */
export class Rejoining extends EventEmitter<{ failure: [peer: string] }> implements Startable {
  /** Why bootstrap peers were not reached when that was tried last, by peer id. */
  readonly failures: ReadonlyMap<string, DialFailure>
  readonly #failures = new Map<string, DialFailure>()
  readonly #components: Components
  readonly #log: Logger
  readonly #bootstrapPeers: Map<string, Multiaddr[]>
  readonly #relays: ReadonlySet<string>
  readonly #mdns: boolean
  readonly #backoff = new Backoff()
  #stopping = new AbortController()
  #timer: Timer | undefined
  /** Keys of what is being dialled. */
  readonly #dialling = new Set<string>()
  #looks = 0

  constructor(components: Components, { bootstrapPeers, relays, mdns }: Settings) {
    super()
    this.failures = this.#failures
    this.#mdns = mdns
    this.#components = components
    this.#log = components.logger.forComponent('mesh:rejoining')
    this.#bootstrapPeers = byPeer(bootstrapPeers)
    this.#bootstrapPeers.delete(components.peerId.toString())
    this.#relays = new Set(byPeer(relays).keys())
  }

  /** Before anything is dialled: whoever dials a bootstrap peer by its id finds the addresses that were given for it. */
  async beforeStart(): Promise<void> {
    for (const [peer, multiaddrs] of this.#bootstrapPeers) {
      await this.#components.peerStore.merge(peerIdFromString(peer), { multiaddrs, tags: TAGS })
    }
  }

  start(): void {
    this.#stopping = new AbortController()
    this.#timer = background(setInterval(() => this.#look(), INTERVAL))
  }

  /** The transports are there only now. */
  afterStart(): void {
    this.#look()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#stopping.abort()
  }

  /** Whether peers may be found that are no bootstrap peers: by multicast, or because they are remembered. */
  async hasOthers(): Promise<boolean> {
    return this.#mdns || (await this.#candidates()).some(({ id }) => !this.#bootstrapPeers.has(id.toString()))
  }

  #look(): void {
    const { connectionManager } = this.#components
    if (this.#looks++ % FORGET_EVERY === 0) this.#forget().catch(this.#note)
    const company = new Set(connectionManager.getConnections().map(({ remotePeer }) => remotePeer.toString()))
    for (const [peer, addresses] of this.#bootstrapPeers) {
      if (!company.has(peer)) this.#attempt(peer, () => this.#dial(peer, addresses))
    }
    const isAlone = [...company].every((peer) => this.#relays.has(peer))
    if (isAlone) this.#attempt(REMEMBERED, () => this.#dialRemembered())
  }

  /** Tries something that is not tried at present, and has not failed just now. */
  #attempt(key: string, dial: () => Promise<void>): void {
    if (this.#dialling.has(key) || !this.#backoff.isDue(key)) return
    this.#dialling.add(key)
    dial()
      .then(() => this.#backoff.succeeded(key))
      .catch((error) => {
        this.#backoff.failed(key)
        this.#note(error)
      })
      .finally(() => this.#dialling.delete(key))
  }

  async #dial(peer: string, multiaddrs: Multiaddr[]): Promise<void> {
    await this.#components.peerStore.merge(peerIdFromString(peer), { multiaddrs, tags: TAGS })
    try {
      await this.#open(multiaddrs)
      this.#failures.delete(peer)
    } catch (error) {
      if (!this.#stopping.signal.aborted) {
        this.#failures.set(peer, dialFailureOf(error))
        this.emit('failure', peer)
      }
      throw error
    }
  }

  async #dialRemembered(): Promise<void> {
    const candidates = await this.#candidates()
    // By lot, or a few that are gone for good would be all that is ever tried.
    const chosen = candidates.toSorted(() => Math.random() - 0.5).slice(0, MAX_DIALS)
    if (chosen.length > 0) await Promise.any(chosen.map(({ id }) => this.#open(id)))
  }

  async #candidates(): Promise<Peer[]> {
    const { peerId, peerStore } = this.#components
    const all = await peerStore.all()
    return all.filter(({ id, addresses }) => addresses.length > 0 && !id.equals(peerId))
  }

  readonly #note = (error: unknown): void => {
    if (!this.#stopping.signal.aborted) this.#log('not back yet - %e', error)
  }

  #open(to: PeerId | Multiaddr[]): Promise<unknown> {
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(TIMEOUT)])
    return this.#components.connectionManager.openConnection(to, { signal })
  }

  /** Keeps the store bounded, whoever came by. */
  async #forget(): Promise<void> {
    const { peerStore, connectionManager } = this.#components
    const all = await peerStore.all()
    const surplus = all
      .filter(({ id }) => connectionManager.getConnections(id).length === 0)
      .toSorted((a, b) => lastReached(a) - lastReached(b))
      .slice(0, Math.max(0, all.length - MAX_REMEMBERED))
    for (const { id } of surplus) await peerStore.delete(id)
  }
}

function byPeer(addresses: readonly Multiaddr[]): Map<string, Multiaddr[]> {
  return Map.groupBy(addresses, (address) => peerIn(address).toString())
}

function lastReached({ metadata }: Peer): number {
  const bytes = metadata.get(LAST_SUCCESS)
  return bytes === undefined ? 0 : Number(new TextDecoder().decode(bytes))
}
