import type { PeerId } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'

/** The peer at the end of a multiaddr, base58 of at most 64 characters: a name that is longer is nobody's of this mesh. */
const LAST_PEER = /\/p2p\/([1-9A-HJ-NP-Za-km-z]{1,64})$/

/**
 * The peer that answers for an agent which has no node: its *carrier*. Endpoints otherwise say no peer, for it follows from
 * the agent's key; of an agent that is carried, all end with that of its carrier.
 *
 * @param endpoints multiaddrs that an agent has signed
 * @returns undefined when the agent answers for itself
 * @example carrierOf([`/ip4/192.0.2.7/udp/4001/quic-v1/p2p/${carrier}`])?.equals(carrier) // true
 */
export function carrierOf(endpoints: readonly string[]): PeerId | undefined {
  const [first, ...others] = endpoints.map((endpoint) => LAST_PEER.exec(endpoint)?.[1])
  if (first === undefined || others.some((other) => other !== first)) return undefined
  try {
    const peer = peerIdFromString(first)
    // Who is no agent itself has no key by which it could be told from another.
    return peer.type === 'secp256k1' ? peer : undefined
  } catch {
    return undefined
  }
}
