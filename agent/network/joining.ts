import { TimeoutError } from '../../protocol/errors.ts'
import type { MeshNode } from './node.ts'
import { byTransport } from './transports.ts'

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

/** Most endpoints that an agent tells of. */
const MAX_ENDPOINTS = 8

/** Multiaddrs without the node's own peer id; those that answer soonest first. */
export function listeningAt(node: MeshNode): string[] {
  const own = `/p2p/${node.peerId}`
  const sorted = node
    .getMultiaddrs()
    .map((address) => ({ multiaddr: address, isCertified: false }))
    .sort(byTransport)
  return sorted.map(({ multiaddr }) => multiaddr.toString().replace(own, '')).slice(0, MAX_ENDPOINTS)
}

function noPeers(bootstrapPeers: string[]): TimeoutError {
  return new TimeoutError('NO_PEERS', 'No bootstrap peer could be reached.', {
    field: 'network.bootstrapPeers',
    received: bootstrapPeers.join(', '),
    expected: `one that gossips within ${JOIN_TIMEOUT} ms`,
    remedy: 'Check that the market runs; fetch its network descriptor again.',
  })
}
