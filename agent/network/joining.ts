import type { IdentifyResult } from '@libp2p/interface'
import { ConfigError, TimeoutError } from '../../protocol/errors.ts'
import { abortable } from './abortable.ts'
import { isGossip } from './attendance.ts'
import type { MeshNode } from './node.ts'
import { byTransport, isRelayed, withoutPrivate } from './transports.ts'

/**
 * Starts a node.
 *
 * @throws ConfigError `LISTEN_FAILED` when it cannot listen where it is told to
 */
export async function startNode(node: MeshNode): Promise<void> {
  try {
    await node.start()
  } catch (cause) {
    if (!(cause instanceof Error) || cause.name !== 'UnsupportedListenAddressesError') throw cause
    const failures = cause.message.split('\n').flatMap((line) => /^ {2}(\/.*)$/.exec(line)?.[1] ?? [])
    throw new ConfigError('LISTEN_FAILED', 'An agent cannot listen where it was told to.', {
      field: 'listen',
      expected: 'addresses of this machine, at ports that are free, of a transport that there is',
      received: failures.join('; '),
      remedy:
        'Choose another port, or 0 for any free one; `/ip4/0.0.0.0/…` is all addresses of this machine.',
      cause,
    })
  }
}

/** How long joining may take until the first peer gossips, in milliseconds. */
const JOIN_TIMEOUT = 30_000

/**
 * Waits for a peer that takes part in gossip: a connection alone is no market. Where all bootstrap peers have said that
 * they do not gossip, they are there for others to be found, and nothing more can be waited for.
 *
 * @param bootstrapPeers multiaddrs with peer ids that are being dialled
 * @throws TimeoutError `NO_PEERS`; what `signal` was aborted with
 */
export async function untilGossip(
  node: MeshNode,
  bootstrapPeers: string[],
  signal: AbortSignal,
): Promise<void> {
  const { pubsub } = node.services
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const timer = setTimeout(() => reject(noPeers(bootstrapPeers)), JOIN_TIMEOUT)
  const silent = new Set<string>()
  const look = () => {
    const gossips = pubsub.getTopics().some((topic) => pubsub.getSubscribers(topic).length > 0)
    const allSilent = bootstrapPeers.every((address) => silent.has(address.split('/p2p/').at(-1) ?? ''))
    if (gossips || allSilent) resolve()
  }
  const onIdentify = ({ detail: { peerId, protocols } }: CustomEvent<IdentifyResult>) => {
    if (!protocols.some(isGossip)) silent.add(peerId.toString())
    look()
  }
  pubsub.addEventListener('subscription-change', look)
  node.addEventListener('peer:identify', onIdentify)
  look()
  await abortable(() => promise, signal).finally(() => {
    clearTimeout(timer)
    pubsub.removeEventListener('subscription-change', look)
    node.removeEventListener('peer:identify', onIdentify)
  })
}

/** Most endpoints that an agent tells of. */
const MAX_ENDPOINTS = 8

/** Multiaddrs without the node's own peer id; those that answer soonest first. Behind relays, none of its own network. */
export function listeningAt(node: MeshNode): string[] {
  const own = `/p2p/${node.peerId}`
  const all = node.getMultiaddrs()
  return (all.some(isRelayed) ? withoutPrivate(all) : all)
    .map((multiaddr) => ({ multiaddr, isCertified: false }))
    .sort(byTransport)
    .map(({ multiaddr }) => multiaddr.toString().replace(own, ''))
    .slice(0, MAX_ENDPOINTS)
}

function noPeers(bootstrapPeers: string[]): TimeoutError {
  return new TimeoutError('NO_PEERS', 'No bootstrap peer could be reached.', {
    field: 'network.bootstrapPeers',
    received: bootstrapPeers.join(', '),
    expected: `one that gossips within ${JOIN_TIMEOUT} ms`,
    remedy: 'Check that the market runs; fetch its network descriptor again.',
  })
}
