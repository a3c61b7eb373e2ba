import type { Connection, Startable, Stream } from '@libp2p/interface'
import type { Registrar } from '@libp2p/interface-internal'
import type { Multiaddr } from '@multiformats/multiaddr'
import { RefusedError } from '../../protocol/errors.ts'
import { peerIn } from './peer-addresses.ts'

/** A relay announces by it that somebody wants to reach this node. */
const STOP = '/libp2p/circuit/relay/0.2.0/stop'
/** A peer begins a WebRTC handshake by it. */
const SIGNALING = '/webrtc-signaling/0.0.1'
/** WebRTC handshakes of others that run at a time, of one peer and of all: each costs sockets and threads. */
const MAX_HANDSHAKES = { perPeer: 2, all: 16 }

interface Components {
  registrar: Registrar
}

type Guard = (stream: Stream, connection: Connection) => void

/**
 * A libp2p service that bounds what others make this node do by protocols of libp2p itself. Only its own relays may
 * say that somebody wants to reach it: libp2p would reserve at whoever says so, and announce addresses there. And only
 * so many WebRTC handshakes may run at a time.
 */
export function guardStreams(relays: readonly Multiaddr[]): (components: Components) => Startable {
  const own = new Set(relays.map((relay) => peerIn(relay).toString()))
  return ({ registrar }) => ({
    start: () => undefined,
    /** The transports have registered their handlers. */
    async afterStart() {
      await guard(registrar, STOP, (_stream, { remotePeer }) => {
        if (!own.has(remotePeer.toString()))
          throw refused('RELAY_UNKNOWN', 'A peer is no relay of this node.')
      })
      await guard(registrar, SIGNALING, boundedHandshakes())
    },
    stop: () => undefined,
  })
}

/** Puts a guard before the handler of a protocol, if there is one; what it throws ends the stream. */
async function guard(registrar: Registrar, protocol: string, check: Guard): Promise<void> {
  if (!registrar.getProtocols().includes(protocol)) return
  const { handler, options } = registrar.getHandler(protocol)
  const guarded = (stream: Stream, connection: Connection) => {
    try {
      check(stream, connection)
    } catch (error) {
      stream.abort(error as Error)
      return
    }
    return handler(stream, connection)
  }
  await registrar.handle(protocol, guarded, { ...options, force: true })
}

function boundedHandshakes(): Guard {
  const running = new Map<Stream, string>()
  return (stream, { remotePeer }) => {
    const peer = remotePeer.toString()
    const ofPeer = [...running.values()].filter((other) => other === peer).length
    if (running.size >= MAX_HANDSHAKES.all || ofPeer >= MAX_HANDSHAKES.perPeer) {
      throw refused('TOO_MANY_HANDSHAKES', 'Too many WebRTC handshakes run at a time.')
    }
    running.set(stream, peer)
    stream.addEventListener('close', () => running.delete(stream))
  }
}

function refused(code: string, message: string): RefusedError {
  return new RefusedError(code, message, { remedy: 'Try again when what runs has ended.' })
}
