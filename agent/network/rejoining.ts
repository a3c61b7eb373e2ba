import type { ComponentLogger, Logger, Peer, PeerId, PeerStore, Startable } from '@libp2p/interface'
import type { ConnectionManager } from '@libp2p/interface-internal'
import { peerIdFromString } from '@libp2p/peer-id'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { Backoff } from './backoff.ts'

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

/**
 * A libp2p service that brings a node back: to its bootstrap peers whenever one of them is gone, so that the halves of
 * a network that fell apart find each other again, and to peers that it remembers when it has nobody left. Each is
 * dialled again after 1, 2, 4 and so on up to 60 seconds, for ever; libp2p itself gives up after five times.
 *
 * @param settings.bootstrapPeers multiaddrs with peer ids
 * @param settings.relays multiaddrs with peer ids of peers that do not count as company
 */
export function rejoin(settings: {
  bootstrapPeers: readonly string[]
  relays: readonly string[]
}): (components: Components) => Startable {
  return (components) => new Rejoining(components, settings)
}

class Rejoining implements Startable {
  readonly #components: Components
  readonly #log: Logger
  readonly #bootstrapPeers: Map<string, Multiaddr[]>
  readonly #relays: ReadonlySet<string>
  readonly #backoff = new Backoff()
  #stopping = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #isDialling = false
  #looks = 0

  constructor(
    components: Components,
    { bootstrapPeers, relays }: { bootstrapPeers: readonly string[]; relays: readonly string[] },
  ) {
    this.#components = components
    this.#log = components.logger.forComponent('mesh:rejoining')
    this.#bootstrapPeers = byPeer(bootstrapPeers)
    this.#bootstrapPeers.delete(components.peerId.toString())
    this.#relays = new Set(byPeer(relays).keys())
  }

  start(): void {
    this.#stopping = new AbortController()
    this.#timer = setInterval(() => this.#look(), INTERVAL).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#stopping.abort()
  }

  async #look(): Promise<void> {
    if (this.#isDialling) return
    this.#isDialling = true
    try {
      if (this.#looks++ % FORGET_EVERY === 0) await this.#forget()
      const company = new Set(this.#components.connectionManager.getConnections().map(peerOf))
      const missing = [...this.#bootstrapPeers].filter(([peer]) => !company.has(peer))
      const isAlone = [...company].every((peer) => this.#relays.has(peer))
      await Promise.all([
        ...missing.map(([peer, addresses]) => this.#dial(peer, addresses)),
        ...(isAlone ? [this.#dialRemembered()] : []),
      ])
    } catch (error) {
      this.#log('cannot rejoin - %e', error)
    } finally {
      this.#isDialling = false
    }
  }

  async #dialRemembered(): Promise<void> {
    if (!this.#backoff.isDue(REMEMBERED)) return
    const { peerId, peerStore } = this.#components
    const all = await peerStore.all()
    const candidates = all.filter(({ id, addresses }) => addresses.length > 0 && !id.equals(peerId))
    // By lot, or a few that are gone for good would be all that is ever tried.
    const chosen = candidates.toSorted(() => Math.random() - 0.5).slice(0, MAX_DIALS)
    const dials = await Promise.allSettled(chosen.map(({ id }) => this.#open(id)))
    if (dials.some(({ status }) => status === 'fulfilled')) this.#backoff.succeeded(REMEMBERED)
    else this.#backoff.failed(REMEMBERED)
  }

  async #dial(peer: string, addresses: Multiaddr[]): Promise<void> {
    if (!this.#backoff.isDue(peer)) return
    try {
      await this.#open(addresses)
      this.#backoff.succeeded(peer)
    } catch (error) {
      this.#backoff.failed(peer)
      this.#log('%s is not reached - %e', peer, error)
    }
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

function byPeer(addresses: readonly string[]): Map<string, Multiaddr[]> {
  const known = addresses.flatMap((address) => {
    const parsed = multiaddr(address)
    const id = parsed.getComponents().findLast(({ name }) => name === 'p2p')?.value
    return id === undefined ? [] : [{ id: peerIdFromString(id).toString(), parsed }]
  })
  return new Map(
    [...Map.groupBy(known, ({ id }) => id)].map(([id, list]) => [id, list.map(({ parsed }) => parsed)]),
  )
}

function peerOf({ remotePeer }: { remotePeer: PeerId }): string {
  return remotePeer.toString()
}

function lastReached({ metadata }: Peer): number {
  const bytes = metadata.get(LAST_SUCCESS)
  return bytes === undefined ? 0 : Number(new TextDecoder().decode(bytes))
}
