import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { identify } from '@libp2p/identify'
import type { Stream } from '@libp2p/interface'
import { createLibp2p, type Libp2p } from 'libp2p'
import { identityFromKey } from '../../agent/network/identity.ts'
import { createNode, type MeshNode } from '../../agent/network/node.ts'
import { PeerScores } from '../../agent/network/peer-scores.ts'
import { transportsOf } from '../../agent/network/transports.ts'
import { DEFAULT_RULES } from '../../protocol/default-parameters.ts'
import { type Deployment, parseDeployment } from '../../protocol/deployment.ts'

const contract = `0x${'5f'.repeat(20)}`

/** A network of these benchmarks alone; there is no chain behind it. */
export const deployment: Deployment = parseDeployment({
  chainId: 31337,
  genesisHash: `0x${'01'.repeat(32)}`,
  salt: `0x${'02'.repeat(32)}`,
  fromBlock: 0,
  contracts: {
    testDollar: contract,
    identityRegistry: contract,
    treasury: contract,
    intentEscrow: contract,
    reputationRegistry: contract,
    meshDirectory: contract,
  },
})

/** Where each transport listens. */
export const LISTEN = {
  QUIC: '/ip4/127.0.0.1/udp/0/quic-v1',
  TCP: '/ip4/127.0.0.1/tcp/0',
  WebSocket: '/ip4/127.0.0.1/tcp/0/ws',
  WebRTC: '/ip4/127.0.0.1/udp/0/webrtc-direct',
} as const

/** Protocol that sends back what it gets. */
export const ECHO = '/bench/echo/1'

export function newIdentity() {
  return identityFromKey(crypto.getRandomValues(new Uint8Array(32)))
}

/** Starts a node as agents have it. */
export async function startNode(
  listen: string[],
  { dhtServer = false, identity = newIdentity(), webrtc = false } = {},
): Promise<MeshNode> {
  const node = await createNode({
    identity,
    deployment,
    scores: new PeerScores(() => DEFAULT_RULES.spamRules),
    listen,
    bootstrapPeers: [],
    dhtServer,
    mdns: false,
    webrtc,
    hasStake: () => false,
  })
  await node.start()
  await serveEcho(node)
  return node
}

/** Starts libp2p with the same transports and nothing else of ours: an Ed25519 key, no gossip, no DHT. */
export async function startRaw(listen: string[]): Promise<Libp2p> {
  const node = await createLibp2p({
    addresses: { listen },
    transports: await transportsOf({ webrtc: true }),
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: { denyDialMultiaddr: () => false },
    connectionManager: { inboundConnectionThreshold: 1000 },
    services: { identify: identify() },
  })
  await serveEcho(node)
  return node
}

/** Sends bytes and waits for as many. */
export function echo(stream: Stream, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = bytes.length
    const onMessage = ({ data }: { data: { byteLength: number } }) => {
      left -= data.byteLength
      if (left > 0) return
      stream.removeEventListener('message', onMessage)
      resolve()
    }
    stream.addEventListener('message', onMessage)
    stream.addEventListener('close', () => reject(new Error('the stream ended')), { once: true })
    stream.send(bytes)
  })
}

async function serveEcho(node: Pick<Libp2p, 'handle'>): Promise<void> {
  await node.handle(ECHO, (stream) => {
    stream.addEventListener('message', ({ data }) => void stream.send(data))
  })
}
