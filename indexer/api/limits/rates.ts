/** How many requests one may send in a minute. */
export interface Rates {
  /** Such that read. */
  reads: number
  /** Such that have something done: each costs a signature to verify, and may cost a transaction. */
  writes: number
}

/** What one IPv4 address, or IPv6 /64, may, unless it is said otherwise: fifty reads a second are more than any page needs. */
export const RATES: Rates = { reads: 3_000, writes: 120 }

/** How many times as much each may who has a key. */
export const TIERS = {
  /** Without a key. */
  anonymous: 1,
  /** With the key of an address that anybody could have made: still the network address's share. */
  'signed-in': 2,
  /** With that of an owner, or the wallet, of an agent that has stake: a share of its own, wherever it asks from. */
  staked: 10,
} as const

export type Tier = keyof typeof TIERS

/** What is asked for by those who run the process, as often as they like. */
const UNLIMITED: ReadonlySet<string> = new Set(['/health', '/ready', '/metrics'])

/** Whether requests of a path count. */
export function isLimited(path: string): boolean {
  return !UNLIMITED.has(path)
}

/** What goes on answering cannot be kept back until it is paid for. */
const UNSOLD = '/v1/stream'

/** Whether a request can be paid for when what is free is used up. */
export function isSold({ method, path }: { method: string; path: string }): boolean {
  return (method === 'GET' || method === 'HEAD') && path !== UNSOLD
}
