import { quic } from '@chainsafe/libp2p-quic'
import { mdns } from '@libp2p/mdns'
import { tcp } from '@libp2p/tcp'
import { uPnPNAT } from '@libp2p/upnp-nat'
import type { Libp2pOptions } from 'libp2p'
import { boundedWebSockets } from './web-sockets.ts'

export type Transports = NonNullable<Libp2pOptions['transports']>

/**
 * A connection outlives the pauses of a busy machine: when it ends and begins anew, much has to be said again. One
 * whose other end was killed is given up after as long. Milliseconds.
 */
const QUIC = { handshakeTimeout: 10_000, maxIdleTimeout: 20_000, keepAliveInterval: 2_000 }

/** Where an agent listens that was not told where. */
export const LISTEN: string[] = ['/ip4/127.0.0.1/udp/0/quic-v1', '/ip4/127.0.0.1/tcp/0']

/** Transports that need nobody else: QUIC, TCP, WebSockets. @param webSocketOrigins see `Reach` */
export function plainTransports(webSocketOrigins?: readonly string[]): Transports {
  return [quic(QUIC), tcp(), boundedWebSockets(webSocketOrigins)]
}

/** Finds agents on the local network by multicast. */
export function lanDiscovery(serviceTag: string): ReturnType<typeof mdns> {
  return mdns({ serviceTag })
}

/** Asks the router to forward ports. */
export function portForwarding(): ReturnType<typeof uPnPNAT> {
  // Only AutoNAT could confirm the address, and the router has just said it.
  return uPnPNAT({ autoConfirmAddress: true })
}
