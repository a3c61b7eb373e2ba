import type { CreateListenerOptions, Listener } from '@libp2p/interface'
import { webSockets } from '@libp2p/websockets'

/**
 * What one WebSocket of somebody unknown may cost. Noise has messages of at most 65,537 bytes with their length
 * (libp2p's noise specification), and all implementations write one at a time; twice that leaves room for those that
 * do not. `ws` would keep 100 MiB until a message is whole. Numbers bound what small parts cost beyond their bytes.
 */
const MESSAGE = { maxPayload: 128 << 10, maxFragments: 1_024, maxBufferedChunks: 1_024 }
/** How long the other side may take to agree that a WebSocket ends, in milliseconds. */
const CLOSE_TIMEOUT = 1_000
/** How long a socket may take to ask for a WebSocket, in milliseconds. */
const GREETING_TIMEOUT = 5_000
/** Most sockets of a listener, whatever they have said: as many as libp2p has connections, and as many again. */
const MAX_SOCKETS = 1_024
/** By this code libp2p means that a connection is cut off. Nobody may send it (RFC 6455, section 7.4.1), so `ws` throws. */
const ABNORMAL = 1006

type Transport = ReturnType<typeof webSockets>

interface Socket {
  once(event: 'close', listener: () => void): unknown
  destroy(): void
}

interface Request {
  readonly socket: Socket
}

interface ServerSocket {
  on(event: 'error', listener: () => void): unknown
  close(code?: number, reason?: string): void
  terminate(): void
}

/** What a listener of `@libp2p/websockets` has, and no option of it reaches. */
interface Insides {
  readonly server: {
    maxConnections: number
    on(event: 'connection', listener: (socket: Socket) => void): unknown
  }
  readonly wsServer: {
    readonly options: {
      WebSocket: new (...args: never[]) => ServerSocket
      verifyClient: ((asking: { req: Request }) => boolean) | null
      closeTimeout: number
    } & typeof MESSAGE
  }
}

/**
 * libp2p's WebSockets, whose listeners keep of a peer no more than it needs, and no longer. Nobody has been
 * authenticated there, and any page that a browser shows may connect.
 */
export function boundedWebSockets(): Transport {
  const make = webSockets()
  return (components) => {
    const transport = make(components)
    const createListener = transport.createListener.bind(transport)
    return Object.assign(transport, {
      createListener: (options: CreateListenerOptions) => bound(createListener(options)),
    })
  }
}

function bound(listener: Listener): Listener {
  const { server, wsServer } = listener as unknown as Insides
  const waiting = new WeakMap<Socket, ReturnType<typeof setTimeout>>()
  server.maxConnections = MAX_SOCKETS
  server.on('connection', (socket) => {
    const timer = setTimeout(() => socket.destroy(), GREETING_TIMEOUT)
    waiting.set(socket, timer)
    socket.once('close', () => clearTimeout(timer))
  })
  Object.assign(wsServer.options, MESSAGE, {
    closeTimeout: CLOSE_TIMEOUT,
    WebSocket: severable(wsServer.options.WebSocket),
    verifyClient: ({ req }: { req: Request }) => {
      clearTimeout(waiting.get(req.socket))
      return true
    },
  })
  return listener
}

/** WebSockets that end at once when libp2p wants that, or the other side breaks the protocol. */
function severable(WebSocket: Insides['wsServer']['options']['WebSocket']): typeof WebSocket {
  return class extends WebSocket {
    constructor(...args: never[]) {
      super(...args)
      // Without a listener an error would end the process.
      this.on('error', () => this.terminate())
    }

    override close(code?: number, reason?: string): void {
      if (code === ABNORMAL) this.terminate()
      else super.close(code, reason)
    }
  }
}
