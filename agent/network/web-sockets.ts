import type { CreateListenerOptions, Listener } from '@libp2p/interface'
import { webSockets } from '@libp2p/websockets'
import { isWithin, parseRange } from './ip-ranges.ts'

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

/** Addresses of this machine; IPv4 within IPv6 counts as IPv4. */
const LOOPBACK = ['127.0.0.0/8', '::1/128'].flatMap((text) => parseRange(text) ?? [])

type Transport = ReturnType<typeof webSockets>

interface Socket {
  readonly remoteAddress?: string | undefined
  once(event: 'close', listener: () => void): unknown
  destroy(): void
}

interface Asking {
  readonly req: { readonly socket: Socket }
  /** Of the page that asks; browsers alone have one, and let no page choose it (RFC 6454, section 7). */
  readonly origin?: string | undefined
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
      verifyClient: ((asking: Asking) => boolean) | null
      closeTimeout: number
    } & typeof MESSAGE
  }
}

/**
 * libp2p's WebSockets, whose listeners keep of a peer no more than it needs, and no longer. Nobody has been
 * authenticated there, and any page that a browser of this machine shows could connect.
 *
 * @param origins see `Reach.webSocketOrigins`
 */
export function boundedWebSockets(origins: readonly string[] = []): Transport {
  const make = webSockets()
  return (components) => {
    const transport = make(components)
    const createListener = transport.createListener.bind(transport)
    return Object.assign(transport, {
      createListener: (options: CreateListenerOptions) => bound(createListener(options), origins),
    })
  }
}

function bound(listener: Listener, origins: readonly string[]): Listener {
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
    verifyClient: ({ req: { socket }, origin }: Asking) => {
      clearTimeout(waiting.get(socket))
      const isFree =
        origin === undefined || !isOwnMachine(socket.remoteAddress ?? '') || origins.includes('*')
      return isFree || origins.includes(origin) || isOwnPage(origin)
    },
  })
  return listener
}

/** Whether a page is served by this machine. */
function isOwnPage(origin: string): boolean {
  const { hostname = '' } = URL.parse(origin) ?? {}
  return /(^|\.)localhost$/.test(hostname) || isOwnMachine(hostname.replace(/^\[|\]$/g, ''))
}

function isOwnMachine(address: string): boolean {
  const range = parseRange(address)
  return range !== undefined && LOOPBACK.some((loopback) => isWithin(range, loopback))
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
