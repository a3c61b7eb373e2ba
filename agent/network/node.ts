import { noise } from '@chainsafe/libp2p-noise'
import { quic } from '@chainsafe/libp2p-quic'
import { yamux } from '@chainsafe/libp2p-yamux'
import { bootstrap } from '@libp2p/bootstrap'
import { type GossipSub, gossipsub } from '@libp2p/gossipsub'
import { type Identify, identify } from '@libp2p/identify'
import type { Address, Libp2p } from '@libp2p/interface'
import { type KadDHT, kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { mdns } from '@libp2p/mdns'
import { type Ping, ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'
import { concat, hexToBytes, sha256, stringToBytes } from 'viem'
import type { Deployment } from '../../protocol/deployment.ts'
import { MAX_GOSSIP_BYTES } from '../../protocol/limits.ts'
import type { Identity } from './identity.ts'
import { protocolName } from './names.ts'
import type { PeerScores } from './peer-scores.ts'

/** A libp2p node with the services that agents use. */
export type MeshNode = Libp2p<{ pubsub: GossipSub; dht: KadDHT; identify: Identify; ping: Ping }>

export interface NodeInit {
  identity: Identity
  deployment: Deployment
  scores: PeerScores
  /** Multiaddrs to listen at. */
  listen: string[]
  /** Multiaddrs with peer ids of nodes to start from; connections to them are kept. */
  bootstrapPeers: string[]
  /** Serves DHT records. A few stable nodes suffice; in one process, many servers busy each other. */
  dhtServer: boolean
  /** Looks for agents on the local network by multicast. */
  mdns: boolean
}

/**
 * A connection outlives the pauses of a busy machine: when it ends and begins anew, much has to be said again. One
 * whose other end was killed is given up after as long. Milliseconds.
 */
const QUIC = { handshakeTimeout: 10_000, maxIdleTimeout: 20_000, keepAliveInterval: 2_000 }

/** Bounds that hold for many agents behind one address as well as for one. */
const CONNECTIONS = {
  maxConnections: 300,
  inboundConnectionThreshold: 1000,
  maxIncomingPendingConnections: 256,
  dialTimeout: 10_000,
  // libp2p would dial TCP first; QUIC saves round trips, and its handshake is native.
  addressSorter: quicFirst,
}

/** Builds a node; it is not started. */
export async function createNode(init: NodeInit): Promise<MeshNode> {
  const { identity, deployment, scores, listen } = init
  const isMuted = (peer: { toString(): string }) => scores.isMuted(peer.toString())
  return createLibp2p({
    start: false,
    privateKey: identity.libp2pKey,
    addresses: { listen },
    transports: [quic(QUIC), tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionManager: CONNECTIONS,
    connectionGater: {
      denyDialPeer: isMuted,
      denyInboundEncryptedConnection: isMuted,
      // Communities on one machine or one LAN are as good as any.
      denyDialMultiaddr: () => false,
    },
    peerDiscovery: [
      ...(init.bootstrapPeers.length > 0
        ? [
            // The name of the tag makes libp2p dial them again when a connection breaks.
            bootstrap({ list: init.bootstrapPeers, timeout: 0, tagName: 'keep-alive-bootstrap' }),
          ]
        : []),
      ...(init.mdns ? [mdns({ serviceTag: serviceTag(deployment) })] : []),
    ],
    services: {
      identify: identify(),
      ping: ping(),
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
        Dscore: 2,
        scoreParams: {
          // Several agents behind one loopback address are a household, not a Sybil swarm.
          IPColocationFactorWhitelist: new Set(['127.0.0.1', '::1']),
        },
      }),
    },
  })
}

function quicFirst(a: Address, b: Address): -1 | 0 | 1 {
  const [isQuicA, isQuicB] = [a, b].map(({ multiaddr }) => multiaddr.toString().includes('/quic-v1'))
  if (isQuicA === isQuicB) return 0
  return isQuicA ? -1 : 1
}

/** mDNS service of this network alone; labels of DNS names end at 63 bytes. */
function serviceTag(deployment: Deployment): string {
  const label = protocolName(deployment, { name: 'lan', version: 1 }).replaceAll('/', '-').slice(1, 60)
  return `_${label}._udp.local`
}
