/** How many requests one may send in a minute. */
export interface Rates {
  /** Such that read. */
  reads: number
  /** Such that have something done: each costs a signature to verify, and may cost a transaction. */
  writes: number
}

/** What one IPv4 address, or IPv6 /64, may, unless it is said otherwise: fifty reads a second are more than any page needs. */
export const RATES: Rates = { reads: 3_000, writes: 120 }

/** What is asked for by those who run the process, as often as they like. */
const UNLIMITED: ReadonlySet<string> = new Set(['/health', '/ready', '/metrics'])

/** Whether requests of a path count. */
export function isLimited(path: string): boolean {
  return !UNLIMITED.has(path)
}

/** Ends of paths: what goes on answering cannot be kept back until it is paid for; and tools and tasks know of no payments. */
const UNSOLD = ['/v1/stream', '/mcp', '/a2a']

/** Whether a read of a path can be paid for when what is free is used up. */
export function isSold(path: string): boolean {
  return !UNSOLD.some((end) => path.endsWith(end))
}
