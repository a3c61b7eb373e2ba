import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'

/** So many first bits of an address of 4 or 16 bytes. */
export interface Range {
  readonly bytes: Uint8Array
  readonly bits: number
}

/** Addresses that count as one: an IPv4 address, the /64 of an IPv6 address, or whatever comes through one relay. */
export type AddressGroup = string

/** An IPv4 address within IPv6 begins with these (RFC 4291, section 2.5.5.2). */
const MAPPED = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff)
/** One customer has at least a /64 to itself (RFC 6177), and as many addresses as it likes. */
const IP6_GROUP_BITS = 64

/**
 * Reads an address, or a range in CIDR notation (RFC 4632).
 *
 * @returns undefined when it is neither
 * @example parseRange('10.0.0.0/8') // { bytes: Uint8Array [10, 0, 0, 0], bits: 8 }
 */
export function parseRange(text: string): Range | undefined {
  const [address = '', prefix, ...rest] = text.split('/')
  const bytes = bytesOf(address)
  if (bytes === undefined || rest.length > 0) return undefined
  const whole = bytes.length * 8
  if (prefix === undefined) return { bytes, bits: whole }
  const bits = /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN
  return bits <= whole ? { bytes, bits } : undefined
}

/** Whether all of a range lies in another one. */
export function isWithin(inner: Range, outer: Range): boolean {
  if (inner.bytes.length !== outer.bytes.length || inner.bits < outer.bits) return false
  return outer.bytes.every((byte, index) => {
    const bits = Math.min(Math.max(outer.bits - index * 8, 0), 8)
    const mask = 0xff & (0xff00 >> bits)
    return ((byte ^ (inner.bytes[index] ?? 0)) & mask) === 0
  })
}

/** Which group the other end of a connection is of, and its address where it has one of its own. */
export function groupOf(remote: Multiaddr): { group: AddressGroup; range?: Range } {
  const components = remote.getComponents()
  const circuit = components.findIndex(({ name }) => name === 'p2p-circuit')
  if (circuit >= 0) return { group: `relay ${components[circuit - 1]?.value ?? ''}` }
  const address = components.find(({ name }) => name === 'ip4' || name === 'ip6')?.value
  const range = address === undefined ? undefined : parseRange(address)
  if (range === undefined) return { group: 'unknown' }
  const grouped = range.bytes.length === 4 ? range.bytes : range.bytes.subarray(0, IP6_GROUP_BITS / 8)
  return { group: grouped.join('.'), range }
}

function bytesOf(address: string): Uint8Array | undefined {
  try {
    const isIp6 = address.includes(':')
    // Its code takes one byte, and the address all others.
    const bytes = multiaddr(`/${isIp6 ? 'ip6' : 'ip4'}/${address}`).bytes.subarray(1)
    const isMapped = isIp6 && MAPPED.every((byte, index) => bytes[index] === byte)
    return isMapped ? bytes.subarray(MAPPED.length) : bytes
  } catch {
    return undefined
  }
}
