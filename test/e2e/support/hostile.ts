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
  const frames: Frame[] = []
  const waiting: { resolve: (frame: Frame) => void; reject: (error: Error) => void }[] = []
  // Over QUIC a stream that the other side resets ends for reading alone, so the end is what the reader sees.
  const ended = (async () => {
    try {
      for await (const bytes of lp.decode(stream)) {
        const frame = decodeFrame(bytes.subarray())
        const next = waiting.shift()
        if (next === undefined) frames.push(frame)
        else next.resolve(frame)
      }
    } catch {
      // A reset is an end like any other.
    }
    for (const { reject } of waiting) reject(new Error('the stream ended'))
  })()
  return {
    stream,
    frame: (bytes) => stream.send(lp.encode.single(bytes)),
    next() {
      const frame = frames.shift()
      if (frame !== undefined) return Promise.resolve(frame)
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }))
    },
    ended,
  }
}
