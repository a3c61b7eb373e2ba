import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { type GossipSub, gossipsub } from '@libp2p/gossipsub'
import { type Identify, identify } from '@libp2p/identify'
import type { Libp2p } from '@libp2p/interface'
import { type KadDHT, kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { type Ping, ping } from '@libp2p/ping'
import type { Multiaddr } from '@multiformats/multiaddr'
import { createLibp2p, type Libp2pOptions } from 'libp2p'
import { concat, hexToBytes, sha256, stringToBytes } from 'viem'
import type { NetworkId } from '../../protocol/deployment.ts'
import { MAX_GOSSIP_BYTES } from '../../protocol/limits.ts'
import type { Address as EvmAddress } from '../../protocol/types.ts'
import { type Absences, absences } from './absences.ts'
import { AddressLimits, type ConnectionLimits } from './address-limits.ts'
import { autonat } from './autonat.ts'
import { onlyDialable } from './dialable.ts'
import { seekDirectConnections } from './direct-connections.ts'
import { type GossipCounts, gossipCounts } from './gossip-counts.ts'
import { gossipScores } from './gossip-scores.ts'
import type { Identity } from './identity.ts'
import { protocolName } from './names.ts'
import { announceOwnAddresses } from './own-addresses.ts'
import { parsePeerAddresses } from './peer-addresses.ts'
import type { PeerScores } from './peer-scores.ts'
import { type Reach, speaksWebrtc } from './reach.ts'
import { type Rejoining, rejoin } from './rejoining.ts'
import { keepReservations } from './reservations.ts'
import { lanDiscovery, portForwarding } from './sockets.ts'
import { guardStreams } from './stream-guards.ts'
import { givenFirst, transportsOf, withoutPrivate } from './transports.ts'

/** A libp2p node with the services that agents use. */
export type MeshNode = Libp2p<{
  pubsub: GossipSub
  dht: KadDHT
  identify: Identify
  ping: Ping
  absences: Absences
  gossip: GossipCounts
  rejoining: Rejoining
}>

/** Where a node keeps whom it knows; to be closed after the node has stopped. */
export type PeerDatastore = NonNullable<Libp2pOptions['datastore']> & { close(): Promise<void> }

export interface NodeInit extends Reach {
  identity: Identity
  deployment: NetworkId
  scores: PeerScores
  /** Whether as much stake stands behind an agent as its messages need, from memory. */
  hasStake: (agent: EvmAddress) => boolean
  connectionLimits?: Partial<ConnectionLimits> | undefined
  /** Multiaddrs to listen at. */
  listen: string[]
  /** Multiaddrs with peer ids of nodes to start from; connections to them are kept. */
  bootstrapPeers: string[]
  /** Serves DHT records. A few stable nodes suffice; in one process, many servers busy each other. */
  dhtServer: boolean
  /** Looks for agents on the local network by multicast. */
  mdns: boolean
  /** Where it keeps whom it knows; by default in memory. It has to be open, and is closed by whoever opened it. */
  datastore?: PeerDatastore
}

/** Bounds that hold for many agents behind one address as well as for one. */
const CONNECTIONS = {
  maxConnections: 300,
  inboundConnectionThreshold: 1000,
  maxIncomingPendingConnections: 256,
  dialTimeout: 10_000,
  // Those that are not of this network lead nowhere, and more than one is tried within `dialTimeout`.
  addressDialTimeout: 5_000,
}

/** How long an address and a peer that were not heard of again are remembered, in milliseconds: a holiday. */
const REMEMBERED = { maxAddressAge: 14 * 86_400_000, maxPeerAge: 14 * 86_400_000 }

/**
 * Builds a node; it is not started.
 *
 * @throws ConfigError `PACKAGE_MISSING` when WebRTC is asked for and its package is not installed,
 *   `NOT_IN_BROWSERS` for mDNS and UPnP there, `MULTIADDR_INVALID` when a relay or a bootstrap peer is none
 */
export async function createNode(init: NodeInit): Promise<MeshNode> {
  const { identity, deployment, scores, listen, announce = [] } = init
  const relays = parsePeerAddresses('relays', init.relays ?? [])
  const bootstrapPeers = parsePeerAddresses('network.bootstrapPeers', init.bootstrapPeers)
  const webrtc = speaksWebrtc(init)
  const limits = new AddressLimits(init.connectionLimits)
  const isMuted = (peer: { toString(): string }) => scores.isMuted(peer.toString())
  return createLibp2p({
    start: false,
    privateKey: identity.libp2pKey,
    addresses: {
      // Peers find it behind its relays.
      listen: webrtc && relays.length > 0 ? [...listen, '/webrtc'] : listen,
      appendAnnounce: announce,
      ...(relays.length > 0 && !init.mdns ? { announceFilter: withoutPrivate } : {}),
    },
    transports: await transportsOf({ ...init, webrtc }),
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    peerStore: REMEMBERED,
    ...(init.datastore ? { datastore: init.datastore } : {}),
    connectionManager: { ...CONNECTIONS, addressSorter: givenFirst([...bootstrapPeers, ...relays]) },
    connectionGater: {
      denyDialPeer: isMuted,
      denyInboundEncryptedConnection: isMuted,
      ...limits.gate,
      // Communities on one machine or one LAN are as good as any.
      ...onlyDialable,
    },
    peerDiscovery: init.mdns ? [lanDiscovery(serviceTag(deployment))] : [],
    services: {
      identify: identify(),
      ping: ping(),
      absences: absences(),
      gossip: gossipCounts(),
      rejoining: rejoin({ bootstrapPeers, relays, mdns: init.mdns }),
      ...reachServices(init, relays),
      dht: kadDHT({
        protocol: protocolName(deployment, { name: 'kad', version: 1 }),
        clientMode: !init.dhtServer,
        peerInfoMapper: passthroughMapper,
        initialQuerySelfInterval: 1000,
      }),
      pubsub: gossipsub({
        globalSignaturePolicy: 'StrictNoSign',
        allowPublishToZeroTopicPeers: true,
        // The same bytes again are news to nobody, and no fault.
        ignoreDuplicatePublishError: true,
        floodPublish: false,
        // A record travels in the topics of several domains, and has to reach all of them.
        msgIdFn: ({ topic, data }) => hexToBytes(sha256(concat([stringToBytes(topic), data]))),
        maxInboundDataLength: MAX_GOSSIP_BYTES,
        D: 5,
        Dlo: 3,
        Dhi: 8,
        Dout: 1,
        ...gossipScores({ scores, hasStake: init.hasStake, limits }),
      }),
    },
  })
}

/** Services that nobody calls: they see to it that the node can be reached, and reaches others. */
function reachServices(init: NodeInit, relays: readonly Multiaddr[]): object {
  return {
    guards: guardStreams(relays),
    ...(relays.length > 0 ? { reservations: keepReservations(relays) } : {}),
    ...(speaksWebrtc(init) ? { direct: seekDirectConnections() } : {}),
    ...(init.autonat ? { autonat: autonat() } : { own: announceOwnAddresses() }),
    ...(init.upnp ? { upnp: portForwarding() } : {}),
  }
}

/** mDNS service of this network alone; labels of DNS names end at 63 bytes. */
function serviceTag(deployment: NetworkId): string {
  const label = protocolName(deployment, { name: 'lan', version: 1 }).replaceAll('/', '-').slice(1, 60)
  return `_${label}._udp.local`
}
