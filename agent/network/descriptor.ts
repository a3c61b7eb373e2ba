import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { identify } from '@libp2p/identify'
import type { Connection, Stream } from '@libp2p/interface'
import { lpStream } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p, type Libp2p } from 'libp2p'
import { z } from 'zod'
import { deploymentSchema, type NetworkDescriptor } from '../../protocol/deployment.ts'
import { RefusedError } from '../../protocol/errors.ts'
import { isArea } from './areas.ts'
import { onlyDialable } from './dialable.ts'
import type { MeshNode } from './node.ts'
import { needsWebrtc } from './reach.ts'
import type { Gate } from './rendezvous/point.ts'
import { RequestLimits, type Tariff } from './request-limits.ts'
import { transportsOf } from './transports.ts'

/** What a node tells anybody who asks: which network it is in. The URL of a chain is no peer's to say. */
export type PublicDescriptor = Omit<NetworkDescriptor, 'rpcUrl' | 'bootstrapPeers'>

/** The protocol by which a newcomer learns of it. */
export const DESCRIPTOR = { name: 'descriptor', version: 1 } as const
/** Its name on the wire, which is the same in every network. */
export const DESCRIPTOR_PROTOCOL = `/mesh/${DESCRIPTOR.name}/${DESCRIPTOR.version}`

/** Most bytes of a descriptor. */
const MAX_BYTES = 8_192
/** How long one exchange may take, in milliseconds. */
const TIMEOUT = 5_000
/** Most peers that a newcomer asks. */
const MAX_ASKED = 16
/** Most newcomers that are answered at a time. */
const MAX_ANSWERING = 32
/** Most streams of this protocol that one connection may have. */
const MAX_STREAMS = 2

/** A newcomer asks once; one that lost its way may ask six times at once, and every five seconds in the long run. */
const TARIFF: Tariff<'question'> = {
  protocol: DESCRIPTOR_PROTOCOL,
  quota: { perMinute: 12, burst: 6 },
  costs: { question: 1 },
}

const schema = z.object({ deployment: deploymentSchema, area: z.string().refine(isArea) })

/**
 * Tells those who ask which network this node is in.
 *
 * @param admit decides whether a stream is served; one that is not is reset
 */
export async function serveDescriptor(
  node: Pick<MeshNode, 'handle'>,
  descriptor: PublicDescriptor,
  admit: Gate['admit'],
): Promise<void> {
  const { deployment, area } = descriptor
  const bytes = new TextEncoder().encode(JSON.stringify({ deployment, area }))
  const limits = new RequestLimits(TARIFF)
  let answering = 0
  const serve = async (stream: Stream, { remotePeer }: Connection): Promise<void> => {
    const charge = () => {
      limits.take(remotePeer.toString(), 'question')
      if (answering >= MAX_ANSWERING) throw busy()
    }
    if (!admit(remotePeer, stream, charge)) return
    const options = { signal: AbortSignal.timeout(TIMEOUT) }
    answering += 1
    try {
      await lpStream(stream).write(bytes, options)
      await stream.close(options)
    } catch (error) {
      stream.abort(error as Error)
    } finally {
      answering -= 1
    }
  }
  await node.handle(DESCRIPTOR_PROTOCOL, serve, { maxInboundStreams: MAX_STREAMS })
}

/**
 * Asks bootstrap peers, in their sequence, which network they are in, by a node that is gone afterwards.
 *
 * Whoever trusts a peer to bootstrap by lets it say where the contracts are. That a chain has them, and which, an agent
 * checks by its own connection to the chain before anything is signed that costs money.
 *
 * @param bootstrapPeers multiaddrs with peer ids
 * @param signal ends it; then the answer is undefined
 * @returns the first answer; undefined when none of them knows of a network
 */
export async function askDescriptor(
  bootstrapPeers: readonly string[],
  signal: AbortSignal,
): Promise<PublicDescriptor | undefined> {
  const node = await createLibp2p({
    addresses: { listen: [] },
    transports: await transportsOf({ webrtc: needsWebrtc(bootstrapPeers) }),
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: onlyDialable,
    // What relayed connections need.
    services: { identify: identify() },
  })
  try {
    for (const peer of bootstrapPeers.slice(0, MAX_ASKED)) {
      const descriptor = await ask(node, peer, signal).catch(() => undefined)
      if (descriptor !== undefined || signal.aborted) return descriptor
    }
    return undefined
  } finally {
    await node.stop()
  }
}

async function ask(node: Libp2p, peer: string, outer: AbortSignal): Promise<PublicDescriptor> {
  const signal = AbortSignal.any([outer, AbortSignal.timeout(TIMEOUT)])
  const stream = await node.dialProtocol(multiaddr(peer), DESCRIPTOR_PROTOCOL, { signal })
  try {
    const bytes = await lpStream(stream, { maxDataLength: MAX_BYTES }).read({ signal })
    return schema.parse(JSON.parse(new TextDecoder().decode(bytes.subarray())))
  } finally {
    stream.abort(new Error('the descriptor was read'))
  }
}

function busy(): RefusedError {
  return new RefusedError('TOO_MANY_QUESTIONS', 'Too many newcomers ask for the network at a time.', {
    expected: `at most ${MAX_ANSWERING}`,
    remedy: 'Ask another peer, or in some seconds.',
  })
}
