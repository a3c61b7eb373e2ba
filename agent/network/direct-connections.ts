import { setTimeout as sleep } from 'node:timers/promises'
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

/** Pause before a relayed connection is used to make a direct one: the dial that made it has to end first. Milliseconds. */
const PAUSE = 100
/** How long that may take, in milliseconds. */
const TIMEOUT = 20_000
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
 * between two NATs that give each destination a port of its own, the relayed connection stays.
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
    if (connection.limits === undefined || connection.direction === 'inbound') return
    this.#goDirect(connection).catch((error) => {
      if (!this.#stopping.signal.aborted)
        this.#log('%p stays behind its relay - %e', connection.remotePeer, error)
    })
  }

  async #goDirect(relayed: Connection): Promise<void> {
    const { signal } = this.#stopping
    await sleep(PAUSE, undefined, { signal, ref: false })
    const address = relayed.remoteAddr.toString().replace('/p2p-circuit/p2p/', '/p2p-circuit/webrtc/p2p/')
    await this.#connections.openConnection(multiaddr(address), {
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]),
    })
    await sleep(GRACE, undefined, { signal, ref: false })
    await relayed.close({ signal: AbortSignal.timeout(TIMEOUT) })
  }
}
