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

/** What goes on answering cannot be kept back until it is paid for. */
const UNSOLD: ReadonlySet<string> = new Set(['/v1/stream'])

/** Whether a read can be paid for when what is free is used up: what speaks another protocol than REST knows of no payments. */
export function isSold(method: string, path: string): boolean {
  return method !== 'POST' && !UNSOLD.has(path)
}
