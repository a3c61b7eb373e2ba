import { isPrivate } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import { isWithin, parseRange, type Range } from './ip-ranges.ts'
import { isRelayed } from './transports.ts'

/** From where an address leads to the same host: from everywhere, from its own network, from its own machine. */
const [EVERYWHERE, NETWORK, MACHINE] = [0, 1, 2]

/** The unspecified address leads to this machine, too (RFC 1122, section 3.2.1.3). */
const OWN_MACHINE = ranges('127.0.0.0/8', '0.0.0.0/8', '::/127')
/** Besides those that libp2p knows: whatever is embedded in addresses of NAT64 (RFC 6052, RFC 8215) and 6to4 (RFC 3056). */
const EMBEDDING = ranges('64:ff9b::/96', '64:ff9b:1::/48', '2002::/16')
/** RFC 6761 and RFC 6762, RFC 8375, ICANN's reservation of `internal`; a single label has no meaning elsewhere. */
const OWN_MACHINE_NAME = /(^|\.)localhost$/i
const NETWORK_NAME = /^[^.]*$|\.(local|internal|lan|home\.arpa)$/i

/**
 * Of addresses that somebody told of, those that mean to this node what they mean to whoever told of them: private ones
 * lead elsewhere from another network, so a stranger could choose whom in this one a node dials.
 *
 * @param tellers at which addresses this node is connected to whoever told of them
 */
export function meaningfulFrom(tellers: readonly Multiaddr[], addresses: readonly Multiaddr[]): Multiaddr[] {
  const nearest = Math.max(EVERYWHERE, ...tellers.map((at) => (isRelayed(at) ? EVERYWHERE : nearnessOf(at))))
  return addresses.filter((address) => nearnessOf(address) <= nearest)
}

/** Of the host that is dialled first, which is a relay where there is one. */
function nearnessOf(address: Multiaddr): number {
  const [{ name = '', value = '' } = {}] = address.getComponents()
  if (name.startsWith('dns')) {
    if (OWN_MACHINE_NAME.test(value)) return MACHINE
    return NETWORK_NAME.test(value) ? NETWORK : EVERYWHERE
  }
  const range = parseRange(value)
  const isIn = (all: readonly Range[]) => range !== undefined && all.some((one) => isWithin(range, one))
  if (isIn(OWN_MACHINE)) return MACHINE
  return isPrivate(address) || isIn(EMBEDDING) ? NETWORK : EVERYWHERE
}

function ranges(...texts: string[]): Range[] {
  return texts.flatMap((text) => parseRange(text) ?? [])
}
