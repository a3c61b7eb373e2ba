import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import type { Address } from '@libp2p/interface'
import { isPrivate } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import { ConfigError } from '../../protocol/errors.ts'
import type { Reach } from './reach.ts'
import { plainTransports, type Transports } from './sockets.ts'

/** What brings WebRTC. */
const WEBRTC_PACKAGE = '@libp2p/webrtc'

/**
 * All transports of a node: its sockets (`sockets.ts`), circuit relay v2, and WebRTC where it is asked for.
 *
 * @param settings.stunServers URLs `stun:host:port`; none means that WebRTC knows the addresses of this machine alone
 * @param settings.webSocketOrigins see `Reach`
 * @throws ConfigError `PACKAGE_MISSING` when WebRTC is asked for and its package is not installed
 */
export async function transportsOf({
  webrtc = false,
  stunServers = [],
  webSocketOrigins,
}: Pick<Reach, 'webrtc' | 'stunServers' | 'webSocketOrigins'>): Promise<Transports> {
  const always = [...plainTransports(webSocketOrigins), circuitRelayTransport()]
  return webrtc ? [...always, ...(await webrtcTransports(stunServers))] : always
}

/**
 * Sorts addresses by how soon they are likely to answer: libp2p would dial TCP first, but QUIC saves round trips, and
 * its handshake is native. What leads through a relay comes last, and a way to a direct connection before one that
 * stays relayed.
 */
export function byTransport(a: Address, b: Address): -1 | 0 | 1 {
  return Math.sign(rankOf(a.multiaddr) - rankOf(b.multiaddr)) as -1 | 0 | 1
}

/**
 * Sorts addresses that were given by name before all others, and each of the two by `byTransport`. What a node remembers
 * of a peer may be where that was before its last restart, and what does not answer there holds up everything after it.
 *
 * @param given multiaddrs with peer ids
 */
export function givenFirst(given: readonly Multiaddr[]): (a: Address, b: Address) => -1 | 0 | 1 {
  const named = new Set(given.map(String))
  const isNamed = ({ multiaddr }: Address) => Number(named.has(multiaddr.toString()))
  return (a, b) => (Math.sign(isNamed(b) - isNamed(a)) as -1 | 0 | 1) || byTransport(a, b)
}

/** Whether an address leads to its peer through a relay. */
export function isRelayed(address: Multiaddr): boolean {
  return hasProtocol(address, 'p2p-circuit')
}

/**
 * What a node behind relays tells of where it is: addresses of a private network lead others astray, or to somebody
 * else.
 */
export function withoutPrivate(addresses: Multiaddr[]): Multiaddr[] {
  return addresses.filter((address) => isRelayed(address) || !isPrivate(address))
}

function rankOf(address: Multiaddr): number {
  if (isRelayed(address)) return hasProtocol(address, 'webrtc') ? 4 : 5
  if (hasProtocol(address, 'quic-v1')) return 0
  if (hasProtocol(address, 'webrtc-direct')) return 3
  return hasProtocol(address, 'ws') || hasProtocol(address, 'wss') ? 2 : 1
}

function hasProtocol(address: Multiaddr, protocol: string): boolean {
  return address.getComponents().some(({ name }) => name === protocol)
}

async function webrtcTransports(stunServers: readonly string[]): Promise<Transports> {
  // Its default are public servers, which would learn who is online.
  const rtcConfiguration = { iceServers: stunServers.map((urls) => ({ urls })) }
  const { webRTC, webRTCDirect } = await import('@libp2p/webrtc').catch((cause: NodeJS.ErrnoException) => {
    // Bundlers put an error without a code where a package would be.
    if (cause.code !== undefined && cause.code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw new ConfigError('PACKAGE_MISSING', 'WebRTC needs a package that is not installed.', {
      field: WEBRTC_PACKAGE,
      remedy: `npm install ${WEBRTC_PACKAGE}, or set webrtc to false.`,
      cause,
    })
  })
  return [webRTC({ rtcConfiguration }), webRTCDirect({ rtcConfiguration })]
}
