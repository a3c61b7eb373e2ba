import { isIP } from 'node:net'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { type CircuitRelayService, circuitRelayServer } from '@libp2p/circuit-relay-v2'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { type Identify, identify } from '@libp2p/identify'
import type { Libp2p, PeerId, Startable } from '@libp2p/interface'
import { type Ping, ping } from '@libp2p/ping'
import { getNetConfig, loopbackAddressLast } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { z } from 'zod'
import { ConfigError } from '../../protocol/errors.ts'
import { checkInput, membersOf } from '../../protocol/input.ts'
import { AddressLimits } from './address-limits.ts'
import { onlyDialable } from './dialable.ts'
import { announceOwnAddresses } from './own-addresses.ts'
import { type Gate, RendezvousPoint } from './rendezvous/point.ts'
import { type StunServer, startStunServer } from './stun-server.ts'
import { byTransport, transportsOf } from './transports.ts'

export interface RelayInit {
  /** 32 bytes, the seed of its Ed25519 key: a relay is no agent, and that key is cheaper to prove. */
  key: Uint8Array
  /** Address to listen at, e.g. `0.0.0.0`. */
  host: string
  /** Port of QUIC (UDP) and TCP; WebSockets are at the next one. 0 for free ones. */
  port: number
  /** UDP port of the STUN server, 0 for a free one. */
  stunPort: number
  /** Public address or DNS name under which it can be reached at the same ports, to be told instead of its own. */
  publicHost?: string
  /** Most peers that may have a reservation at a time; 256 by default. */
  maxReservations?: number
}

const port = z.int().min(0).max(65_535)

const relayInitSchema = membersOf<RelayInit>(
  {
    key: z.custom<Uint8Array>((key) => key instanceof Uint8Array && key.length === 32, '32 bytes'),
    host: z.string(),
    port,
    stunPort: port,
    publicHost: z.string().optional(),
    maxReservations: z.int().positive().optional(),
  },
  'an object of options, such as { key, host, port, stunPort }',
)

/** A running relay. */
export interface Relay {
  readonly peerId: PeerId
  /** Where to reserve, those that answer soonest first. */
  readonly multiaddrs: string[]
  /** For `stunServers`, one per address. */
  readonly stunServers: string[]
  /** How many peers have a reservation. */
  readonly reservations: number
  /** How many registrations it remembers as a rendezvous point. */
  readonly registrations: number
  /** Ends all connections that go through it. */
  stop(): Promise<void>
}

/** Most reservations of peers behind one address: a household has some, and nobody shall have all. */
const MAX_RESERVATIONS_PER_HOST = 32
/** Most connections from one address: those that reserve, and as many that pass by. */
const MAX_CONNECTIONS_PER_ADDRESS = 2 * MAX_RESERVATIONS_PER_HOST
/** How long a reservation holds unless it is renewed, in milliseconds. */
const RESERVATION_LIFE = 3_600_000
/**
 * What one relayed connection may last (in milliseconds) and carry (in bytes): a few deals, or the handshake of a
 * direct connection, and no films.
 */
const RELAYED = { duration: 600_000, bytes: 1n << 20n }

/** What it remembers as a rendezvous point: 5 MB at most. */
const REGISTRATIONS = { perPeer: 32, perAddress: 256, total: 4_096 }

const CONNECTIONS = {
  maxConnections: 1_000,
  inboundConnectionThreshold: 20,
  maxIncomingPendingConnections: 256,
}

type RelayNode = Libp2p<{ identify: Identify; ping: Ping; own: Startable; relay: CircuitRelayService }>

/**
 * Starts a relay: peers that cannot be dialled reserve at it and are reached through it (circuit relay v2), and learn
 * from it the public addresses by which they reach one another directly (STUN). It is a rendezvous point, too, where
 * peers learn of one another. It knows nothing of chains, and cannot read what goes through it.
 *
 * @throws ConfigError `ARGUMENT_INVALID`; `RELAY_CANNOT_LISTEN` when an address or a port is not free, `RELAY_PORT_UNKNOWN` when a public
 *   host is told without a port
 * @example
 * ```ts
 * const relay = await startRelay({ key, host: '0.0.0.0', port: 4001, stunPort: 3478 })
 * console.log(relay.multiaddrs, relay.stunServers)
 * ```
 */
export async function startRelay(init: RelayInit): Promise<Relay> {
  checkInput('startRelay', relayInitSchema, init)
  const { host, stunPort } = init
  if (init.publicHost !== undefined && init.port === 0) {
    throw new ConfigError('RELAY_PORT_UNKNOWN', 'A public host is of no use without the port.', {
      field: 'port',
      received: 0,
      remedy: 'Name a port, the one that leads from the public host to this machine.',
    })
  }
  const node = await createRelayNode(init)
  const point = new RendezvousPoint(node, { gate: OPEN, limits: REGISTRATIONS })
  let stun: StunServer
  try {
    await point.start()
    await node.start()
    stun = await startStunServer({ host, port: stunPort })
  } catch (cause) {
    await node.stop()
    throw new ConfigError('RELAY_CANNOT_LISTEN', 'The relay cannot listen.', {
      field: 'host, port, stunPort',
      received: `${host}, ${init.port}, ${stunPort}`,
      remedy: 'Choose an address of this machine and free ports; 0 is any free port.',
      cause,
    })
  }
  return {
    peerId: node.peerId,
    get multiaddrs() {
      return addressesOf(node).map(String)
    },
    get stunServers() {
      return [...new Set(addressesOf(node).map(hostOf))].map((name) => stunUrl(name, stun.port))
    },
    get reservations() {
      return node.services.relay.reservations.size
    },
    get registrations() {
      return point.size
    },
    async stop() {
      await stun.stop()
      await node.stop()
    },
  }
}

/** Whoever does not ask too often is served; it remembers nobody's misdeeds, and asks no chain. */
const OPEN: Gate = {
  admit(_peer, stream, charge) {
    try {
      charge()
      return true
    } catch (error) {
      stream.abort(error as Error)
      return false
    }
  },
  blame: () => {},
  hasStake: () => false,
}

/** The libp2p node of a relay; it is not started. */
export async function createRelayNode(init: RelayInit): Promise<RelayNode> {
  const { key, host, port, publicHost, maxReservations = 256 } = init
  const limits = new AddressLimits({ perAddress: MAX_CONNECTIONS_PER_ADDRESS })
  const node: RelayNode = await createLibp2p({
    start: false,
    privateKey: await generateKeyPairFromSeed('Ed25519', key),
    addresses: {
      listen: endpointsAt(host, port),
      announce: publicHost === undefined ? [] : endpointsAt(publicHost, port),
    },
    transports: await transportsOf({ webSocketOrigins: ['*'] }),
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionManager: CONNECTIONS,
    connectionGater: {
      ...limits.gate,
      ...onlyDialable,
      denyInboundRelayReservation: (peer) => isCrowded(node, peer),
    },
    services: {
      identify: identify(),
      ping: ping(),
      own: announceOwnAddresses(),
      relay: circuitRelayServer({
        reservations: {
          maxReservations,
          reservationTtl: RESERVATION_LIFE,
          defaultDurationLimit: RELAYED.duration,
          defaultDataLimit: RELAYED.bytes,
        },
      }),
    },
  })
  return node
}

/** Whether others behind a peer's address have all the reservations that one address may have. */
function isCrowded(node: RelayNode, peer: PeerId): boolean {
  const [connection] = node.getConnections(peer)
  const host = connection === undefined ? undefined : hostOf(connection.remoteAddr)
  const neighbours = [...node.services.relay.reservations.entries()].filter(
    ([other, { addr }]) => !other.equals(peer) && hostOf(addr) === host,
  )
  return neighbours.length >= MAX_RESERVATIONS_PER_HOST
}

function endpointsAt(host: string, port: number): string[] {
  const kind = { 0: '/dns', 4: '/ip4', 6: '/ip6' }[isIP(host)]
  const webSocketPort = port === 0 ? 0 : port + 1
  return [`/udp/${port}/quic-v1`, `/tcp/${port}`, `/tcp/${webSocketPort}/ws`].map(
    (transport) => `${kind}/${host}${transport}`,
  )
}

/** Those that answer soonest first; of this machine alone last. */
function addressesOf(node: RelayNode): Multiaddr[] {
  return node
    .getMultiaddrs()
    .map((address) => ({ multiaddr: address, isCertified: false }))
    .sort((a, b) => loopbackAddressLast(a.multiaddr, b.multiaddr) || byTransport(a, b))
    .map(({ multiaddr }) => multiaddr)
}

function hostOf(address: Multiaddr): string {
  return getNetConfig(address).host
}

function stunUrl(host: string, port: number): string {
  return `stun:${isIP(host) === 6 ? `[${host}]` : host}:${port}`
}
