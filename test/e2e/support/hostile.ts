import type { PeerId, Stream } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import * as lp from 'it-length-prefixed'
import type { MeshNetwork, NetworkDescriptor } from '../../../agent/index.ts'
import { type Identity, identityFromKey } from '../../../agent/network/identity.ts'
import { protocolName } from '../../../agent/network/names.ts'
import { createNode, type MeshNode } from '../../../agent/network/node.ts'
import { PeerScores } from '../../../agent/network/peer-scores.ts'
import { decodeFrame, type Frame } from '../../../protocol/wire/frames.ts'

/** A peer that keeps to no rule: a bare node with streams to write any bytes to. */
export interface HostilePeer {
  readonly identity: Identity
  readonly node: MeshNode
  /** Opens a negotiation stream to an agent. */
  open(victim: MeshNetwork): Promise<HostileStream>
  stop(): Promise<void>
}

export interface HostileStream {
  readonly stream: Stream
  /** Writes bytes with a correct length prefix. */
  frame(bytes: Uint8Array): void
  /** The next frame of the other side. */
  next(): Promise<Frame>
  /** Fulfilled when the stream is over, by whoever ended it. */
  readonly ended: Promise<void>
}

export async function hostilePeer({ deployment }: NetworkDescriptor): Promise<HostilePeer> {
  const identity = identityFromKey(crypto.getRandomValues(new Uint8Array(32)))
  const node = await createNode({
    identity,
    deployment,
    scores: new PeerScores(),
    listen: ['/ip4/127.0.0.1/udp/0/quic-v1'],
    bootstrapPeers: [],
    dhtServer: false,
    mdns: false,
  })
  await node.start()
  return {
    identity,
    node,
    async open(victim) {
      const signal = AbortSignal.timeout(5_000)
      await node.dial(
        victim.endpoints.map((endpoint) => multiaddr(endpoint)),
        { signal },
      )
      return wrap(await openStream(node, victim.peerId, protocolName(deployment, 'negotiation', 1)))
    },
    stop: async () => node.stop(),
  }
}

async function openStream(node: MeshNode, peer: PeerId, protocol: string): Promise<Stream> {
  return node.dialProtocol(peer, protocol, { signal: AbortSignal.timeout(5_000) })
}

function wrap(stream: Stream): HostileStream {
  const frames = lp.decode(stream)[Symbol.asyncIterator]()
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  stream.addEventListener('close', () => resolve(), { once: true })
  return {
    stream,
    frame: (bytes) => stream.send(lp.encode.single(bytes)),
    async next() {
      const { value, done } = await frames.next()
      if (done === true) throw new Error('the stream ended')
      return decodeFrame(value.subarray())
    },
    ended,
  }
}
