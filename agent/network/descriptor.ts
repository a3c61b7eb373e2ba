import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { identify } from '@libp2p/identify'
import type { Stream } from '@libp2p/interface'
import { lpStream } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p, type Libp2p } from 'libp2p'
import { z } from 'zod'
import { deploymentSchema, type NetworkDescriptor } from '../../protocol/deployment.ts'
import { isArea } from './areas.ts'
import type { MeshNode } from './node.ts'
import { needsWebrtc } from './reach.ts'
import { transportsOf } from './transports.ts'

/** What a node tells anybody who asks: which network it is in. The URL of a chain is no peer's to say. */
export type PublicDescriptor = Omit<NetworkDescriptor, 'rpcUrl' | 'bootstrapPeers'>

/** The protocol by which a newcomer learns of it; its name is the same in every network. */
export const DESCRIPTOR_PROTOCOL = '/mesh/descriptor/1'

/** Most bytes of a descriptor. */
const MAX_BYTES = 8_192
/** How long one exchange may take, in milliseconds. */
const TIMEOUT = 5_000
/** Most peers that a newcomer asks. */
const MAX_ASKED = 16

const schema = z.object({ deployment: deploymentSchema, area: z.string().refine(isArea) })

/** Tells those who ask which network this node is in. */
export async function serveDescriptor(
  node: Pick<MeshNode, 'handle'>,
  descriptor: PublicDescriptor,
): Promise<void> {
  const { deployment, area } = descriptor
  const bytes = new TextEncoder().encode(JSON.stringify({ deployment, area }))
  await node.handle(DESCRIPTOR_PROTOCOL, async (stream: Stream) => {
    const options = { signal: AbortSignal.timeout(TIMEOUT) }
    try {
      await lpStream(stream).write(bytes, options)
      await stream.close(options)
    } catch (error) {
      stream.abort(error as Error)
    }
  })
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
    transports: await transportsOf(needsWebrtc(bootstrapPeers), []),
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: { denyDialMultiaddr: () => false },
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
