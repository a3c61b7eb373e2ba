import { TimeoutError } from '../../protocol/errors.ts'
import type { MeshNode } from './node.ts'

/** How long joining may take until the first peer gossips, in milliseconds. */
const JOIN_TIMEOUT = 30_000

/**
 * Waits for a peer that takes part in gossip: a connection alone is no market.
 *
 * @param bootstrapPeers multiaddrs that are being dialled
 * @throws TimeoutError `NO_PEERS`
 */
export async function untilGossip(node: MeshNode, bootstrapPeers: string[]): Promise<void> {
  const { pubsub } = node.services
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const timer = setTimeout(() => reject(noPeers(bootstrapPeers)), JOIN_TIMEOUT)
  const look = () => pubsub.getTopics().some((topic) => pubsub.getSubscribers(topic).length > 0) && resolve()
  pubsub.addEventListener('subscription-change', look)
  look()
  await promise.finally(() => {
    clearTimeout(timer)
    pubsub.removeEventListener('subscription-change', look)
  })
}

/** Multiaddrs without peer id; QUIC, the faster one, first. */
export function listeningAt(node: MeshNode): string[] {
  const addresses = node.getMultiaddrs().map((address) => address.toString().replace(/\/p2p\/.*$/, ''))
  return addresses.sort((a, b) => Number(b.includes('/quic-v1')) - Number(a.includes('/quic-v1'))).slice(0, 8)
}

function noPeers(bootstrapPeers: string[]): TimeoutError {
  return new TimeoutError('NO_PEERS', 'No bootstrap peer could be reached.', {
    field: 'network.bootstrapPeers',
    received: bootstrapPeers.join(', '),
    expected: `one that gossips within ${JOIN_TIMEOUT} ms`,
    remedy: 'Check that the market runs; fetch its network descriptor again.',
  })
}
