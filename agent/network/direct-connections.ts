import type {
  ComponentLogger,
  Connection,
  Libp2pEvents,
  Logger,
  Startable,
  TypedEventTarget,
} from '@libp2p/interface'
import type { ConnectionManager } from '@libp2p/interface-internal'
import { multiaddr } from '@multiformats/multiaddr'
import { RefusedError } from '../../protocol/errors.ts'
import { sleep } from '../platform/timers.ts'

/** Pause before a relayed connection is used to make a direct one: the dial that made it has to end first. Milliseconds. */
const PAUSE = 100
/** How long that may take, in milliseconds. */
const TIMEOUT = 15_000
/** Pause before it is tried again, in milliseconds; it doubles each time. */
const RETRY = 5_000
/** How long a connection that a peer is said to have made may take to carry a first stream, in milliseconds. */
const PROOF_TIMEOUT = 4_000
/** What every peer speaks. */
const PING = '/ipfs/ping/1.0.0'
/** How long a relayed connection stays after a direct one is there, in milliseconds: answers may be on their way. */
const GRACE = 10_000

interface Components {
  connectionManager: ConnectionManager
  events: TypedEventTarget<Libp2pEvents>
  logger: ComponentLogger
}

/**
 * A libp2p service that takes every connection through a relay for a way to a direct one: whoever dialled it dials the
 * peer by WebRTC, which is signalled through the relay, and then gives the relayed connection up. Where that fails, as
 * between two NATs that give each destination a port of its own, the relayed connection stays, and it is tried again.
 */
export function seekDirectConnections(): (components: Components) => Startable {
  return (components) => new DirectConnections(components)
}

class DirectConnections implements Startable {
  readonly #connections: ConnectionManager
  readonly #events: TypedEventTarget<Libp2pEvents>
  readonly #log: Logger
  #stopping = new AbortController()

  constructor({ connectionManager, events, logger }: Components) {
    this.#connections = connectionManager
    this.#events = events
    this.#log = logger.forComponent('mesh:direct-connections')
  }

  start(): void {
    this.#stopping = new AbortController()
    this.#events.addEventListener('connection:open', this.#onOpen)
  }

  stop(): void {
    this.#stopping.abort()
    this.#events.removeEventListener('connection:open', this.#onOpen)
  }

  readonly #onOpen = ({ detail: connection }: CustomEvent<Connection>): void => {
    const { limits, direction, remoteAddr, remotePeer } = connection
    const isSignalled = direction === 'inbound' && remoteAddr.toString().startsWith('/webrtc/')
    const isWayOut = direction === 'outbound' && limits !== undefined
    if (!isSignalled && !isWayOut) return
    const handled = isWayOut ? this.#goDirect(connection) : this.#prove(connection)
    handled.catch((error) => {
      if (!this.#stopping.signal.aborted) this.#log('%p - %e', remotePeer, error)
    })
  }

  /** The transport takes a handshake that the other side broke off for one that succeeded. */
  async #prove(connection: Connection): Promise<void> {
    try {
      const stream = await connection.newStream(PING, { signal: AbortSignal.timeout(PROOF_TIMEOUT) })
      await stream.close({ signal: AbortSignal.timeout(PROOF_TIMEOUT) })
    } catch (cause) {
      connection.abort(
        new RefusedError('CONNECTION_DEAD', 'No stream can be opened.', {
          remedy: 'Nothing is to be done: the peer is dialled anew when it is needed.',
          cause,
        }),
      )
      throw cause
    }
  }

  async #goDirect(relayed: Connection): Promise<void> {
    const { signal } = this.#stopping
    await sleep(PAUSE, signal)
    for (let pause = RETRY; relayed.status === 'open'; pause *= 2) {
      if (await this.#isDirect(relayed)) {
        await sleep(GRACE, signal)
        await relayed.close({ signal: AbortSignal.timeout(TIMEOUT) })
        return
      }
      await sleep(pause, signal)
    }
  }

  async #isDirect({ remoteAddr, remotePeer }: Connection): Promise<boolean> {
    const address = remoteAddr.toString().replace('/p2p-circuit/p2p/', '/p2p-circuit/webrtc/p2p/')
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(TIMEOUT)])
    try {
      const { limits } = await this.#connections.openConnection(multiaddr(address), { signal })
      return limits === undefined
    } catch (error) {
      this.#log('%p stays behind its relay for now - %e', remotePeer, error)
      return false
    }
  }
}
