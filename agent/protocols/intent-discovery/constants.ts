import type { Tariff } from '../../network/request-limits.ts'

/** The protocol by which neighbours are asked for open intents. */
export const CATCH_UP = { name: 'catch-up', version: 1 } as const

/** Most open intents that are remembered; those that are open for longest make room. */
export const MAX_INTENTS = 10_000
/** Most own intents that can be answered at a time, those that were replaced included. */
export const MAX_OWN_INTENTS = 1_000

/** What questions of one peer cost: it may ask six times at once, and every five seconds in the long run. */
export const TARIFF: Tariff<'question'> = {
  protocol: 'catch-up',
  quota: { perMinute: 12, burst: 6 },
  costs: { question: 1 },
}
