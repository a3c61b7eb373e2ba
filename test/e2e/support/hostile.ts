import type { PeerId, Stream } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import * as lp from 'it-length-prefixed'
import { createPublicClient, http, zeroAddress } from 'viem'
import { readFeeBps } from '../../../agent/chain/actions/intent-escrow.ts'
import type { MeshNetwork, NetworkDescriptor, Offer, ReceivedIntent } from '../../../agent/index.ts'
import { type Identity, identityFromKey } from '../../../agent/network/identity.ts'
import { protocolName } from '../../../agent/network/names.ts'
import type { MeshNode } from '../../../agent/network/node.ts'
import { defaultPolicy } from '../../../agent/policy/limits.ts'
import { buildOffer } from '../../../agent/protocols/negotiation/offers.ts'
import { escrowDomain } from '../../../protocol/deployment.ts'
import { hashAgreement } from '../../../protocol/eip712.ts'
import type { Frame } from '../../../protocol/wire/codec.ts'
import { decodeFrame, type NegotiationMessage } from '../../../protocol/wire/frames.ts'
import { newNode } from '../../agent/support/nodes.ts'

type NegotiationFrame = Frame<NegotiationMessage>

/** A peer that keeps to no rule: a bare node with streams to write any bytes to. */
export interface HostilePeer {
  readonly identity: Identity
  readonly node: MeshNode
  /** Opens a negotiation stream to an agent. */
  open(victim: MeshNetwork): Promise<HostileStream>
  /** A valid offer to an intent, each with a nonce of its own. */
  offerTo(intent: ReceivedIntent): Offer
  stop(): Promise<void>
}

export interface HostileStream {
  readonly stream: Stream
  /** Writes bytes with a correct length prefix. */
  frame(bytes: Uint8Array): void
  /** The next frame of the other side. */
  next(): Promise<NegotiationFrame>
  /** Fulfilled when the stream is over, by whoever ended it. */
  readonly ended: Promise<void>
}

/** @param identity that of an agent which is not what it was; by default a stranger's */
export async function hostilePeer(
  { deployment, rpcUrl }: NetworkDescriptor,
  identity = identityFromKey(crypto.getRandomValues(new Uint8Array(32))),
): Promise<HostilePeer> {
  const client = createPublicClient({ transport: http(rpcUrl) })
  const feeBps = await readFeeBps(client, deployment.contracts.intentEscrow)
  let nonce = 0n
  const node = await newNode({ identity, deployment })
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
      return wrap(
        await openStream(node, victim.peerId, protocolName(deployment, { name: 'negotiation', version: 1 })),
      )
    },
    offerTo(intent) {
      const now = BigInt(Math.floor(Date.now() / 1000))
      nonce += 1n
      const { agreement, conditions, terms } = buildOffer(
        {
          intent,
          offerer: identity.address,
          token: deployment.contracts.testDollar,
          feeBps,
          // It stakes nothing: only who asks for none takes its offers.
          policy: defaultPolicy,
          seller: { agentId: 0n, epoch: 0n, owner: zeroAddress },
        },
        { quantity: 100n, price: 150_000n },
        { now, duration: 60n, nonce },
        undefined,
      )
      const signature = identity.sign(hashAgreement(escrowDomain(deployment), agreement))
      return { agreement, conditions, terms, signature, funding: { kind: 'balance' } }
    },
    stop: async () => node.stop(),
  }
}

async function openStream(node: MeshNode, peer: PeerId, protocol: string): Promise<Stream> {
  return node.dialProtocol(peer, protocol, { signal: AbortSignal.timeout(5_000) })
}

function wrap(stream: Stream): HostileStream {
  const frames: NegotiationFrame[] = []
  const waiting: { resolve: (frame: NegotiationFrame) => void; reject: (error: Error) => void }[] = []
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
