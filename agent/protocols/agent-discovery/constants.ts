import type { Tariff } from '../../network/request-limits.ts'

/** The protocol by which peers are asked for agents. */
export const PROTOCOL = { name: 'agent-query', version: 1 } as const

/** Life of a capability record, in seconds; it is published anew before it ends. */
export const RECORD_LIFE = 3600
/** Most records that are remembered; the least recently heard go first. */
export const MAX_RECORDS = 10_000
/** In how many lists of the index they may stand all in all: about ten each, but a record can ask for over a hundred. */
export const MAX_LISTINGS = 250_000
/** How long an agent that was found to lie is not believed, in seconds, and most that are remembered. */
export const DISTRUST = 24 * 3600
export const MAX_DISTRUSTED = 1_000

/** Agents that a search wants when it does not say how many. */
export const DEFAULT_LIMIT = 16
/** Most records that are looked at on chain in order to find as many of repute. */
export const MAX_SIFTED = 256
/** How long a search may take, in milliseconds. */
export const SEARCH_TIMEOUT = 10_000
/** Most peers that a search asks, and most of one interest group. */
export const MAX_ASKED = 16
export const MAX_ASKED_PER_GROUP = 3
/** How long asking one peer may take, in milliseconds. */
export const ASK_TIMEOUT = 3_000
/** How long the next few are not asked while some of the first do not answer, in milliseconds. */
export const PATIENCE = 500
/** How often neighbours are asked who registered for a domain: three at a time, of which each allows forty in a minute. */
export const POINTS_QUOTA = { perMinute: 24, burst: 12 }
/** How long the DHT may take to name providers, in milliseconds. */
export const PROVIDERS_TIMEOUT = 3_000
/** How long providing one's capabilities in the DHT may take, in milliseconds. */
export const PROVIDE_TIMEOUT = 30_000
/** How long the chain may take, in milliseconds: for a search, and for an answer, which goes without it then. */
export const CHAIN_TIMEOUT = 5_000
export const CLAIM_TIMEOUT = 1_000
/** How old, in blocks, what a peer says of the chain may be to be checked: nodes forget states. */
export const MAX_CLAIM_AGE = 64n

/** What questions of one peer cost: it may ask thirty times at once, and twice a second in the long run. */
export const TARIFF: Tariff<'question'> = {
  protocol: 'agent-query',
  quota: { perMinute: 120, burst: 30 },
  costs: { question: 1 },
}
/** Most questions that are answered at a time. */
export const MAX_ANSWERING = 32
/** Most streams of this protocol that one connection may have. */
export const MAX_STREAMS = 8

/** How long a probe may take, in milliseconds. */
export const PROBE_TIMEOUT = 30_000

/** Most names of which an agent's owner is told that nobody has them. */
export const MAX_HINTS = 32
