import type { IdentifyResult } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { type NetworkId, networkName } from '../../protocol/deployment.ts'
import { ConfigError, TimeoutError } from '../../protocol/errors.ts'
import { abortable } from './abortable.ts'
import { isGossip } from './attendance.ts'
import type { DialFailure } from './dial-failure.ts'
import { networkOfProtocol } from './names.ts'
import type { MeshNode } from './node.ts'
import { peerIn } from './peer-addresses.ts'
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
 * Waits for a peer that takes part in gossip: a connection alone is no market. Where all bootstrap peers that can be reached
 * have said that they do not gossip, they are there for others to be found, and nothing more can be waited for.
 *
 * @param network the one that is joined
 * @param bootstrapPeers multiaddrs with peer ids that are being dialled
 * @throws TimeoutError `NO_PEERS` with the reason for each: at once when every one has failed for good (see
 *   `dialFailureOf`; one of another network has, too) and no others can be found; what `signal` was aborted with
 */
export async function untilGossip(
  node: MeshNode,
  { network, bootstrapPeers }: { network: NetworkId; bootstrapPeers: string[] },
  signal: AbortSignal,
): Promise<void> {
  const { pubsub, rejoining } = node.services
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const peers = [...new Set(bootstrapPeers.map((address) => peerIn(multiaddr(address)).toString()))]
  const silent = new Set<string>()
  const foreign = new Map<string, DialFailure>()
  const failureOf = (peer: string) => foreign.get(peer) ?? rejoining.failures.get(peer)
  const fail = () => reject(noPeers(peers.map((peer) => [peer, failureOf(peer)?.reason ?? SILENT])))
  const timer = setTimeout(fail, JOIN_TIMEOUT)
  const look = async () => {
    const gossips = pubsub.getTopics().some((topic) => pubsub.getSubscribers(topic).length > 0)
    const awaited = peers.filter((peer) => failureOf(peer)?.isFinal !== true)
    if (gossips || (awaited.length > 0 && awaited.every((peer) => silent.has(peer)))) resolve()
    else if (awaited.length === 0 && !(await rejoining.hasOthers())) fail()
  }
  const onChange = () => void look().catch(reject)
  const onIdentify = ({ detail: { peerId, protocols } }: CustomEvent<IdentifyResult>) => {
    if (!protocols.some(isGossip)) silent.add(peerId.toString())
    else if (isForeign(protocols, network)) foreign.set(peerId.toString(), FOREIGN)
    onChange()
  }
  pubsub.addEventListener('subscription-change', onChange)
  node.addEventListener('peer:identify', onIdentify)
  rejoining.on('failure', onChange)
  onChange()
  await abortable(() => promise, signal).finally(() => {
    clearTimeout(timer)
    pubsub.removeEventListener('subscription-change', onChange)
    node.removeEventListener('peer:identify', onIdentify)
    rejoining.off('failure', onChange)
  })
}

const FOREIGN: DialFailure = { reason: 'it is in another network', isFinal: true }
/** Of a peer whose dial has not failed, and that does not gossip. */
const SILENT = 'no answer'

/** Whether a peer speaks the protocols of another network alone: an agent speaks some of its own. */
function isForeign(protocols: readonly string[], network: NetworkId): boolean {
  const networks = protocols.flatMap((protocol) => networkOfProtocol(protocol) ?? [])
  return networks.length > 0 && !networks.includes(networkName(network))
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

function noPeers(reasons: readonly (readonly [peer: string, reason: string])[]): TimeoutError {
  return new TimeoutError('NO_PEERS', 'No bootstrap peer could be reached.', {
    field: 'network.bootstrapPeers',
    received: reasons.map(([peer, reason]) => `${peer}: ${reason}`).join('. '),
    expected: `one of this network that gossips within ${JOIN_TIMEOUT} ms`,
    remedy: 'Check that the market runs; fetch its network descriptor again.',
  })
}
