import type { Tariff } from '../../network/request-limits.ts'

/** The protocol that hands out one's own capability record. */
export const PROTOCOL = { name: 'agent-discovery', version: 1 } as const

/** Life of a capability record, in seconds; it is published anew before it ends. */
export const RECORD_LIFE = 3600
/** Most records that are remembered; the least recently heard go first. */
export const MAX_RECORDS = 10_000
/** Most providers that one query asks. */
export const MAX_PROVIDERS = 16
/** How long asking one provider may take, in milliseconds. */
export const ASK_TIMEOUT = 5_000
/** How long providing one's capabilities in the DHT may take, in milliseconds. */
export const PROVIDE_TIMEOUT = 30_000

/** What questions of one peer cost: it may ask thirty times at once, and twice a second in the long run. */
export const TARIFF: Tariff<'question'> = {
  protocol: 'agent-discovery',
  quota: { perMinute: 120, burst: 30 },
  costs: { question: 1 },
}
