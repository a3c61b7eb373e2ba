/** Bounds on what comes from a peer, besides those that governance sets; see `network-parameters.ts`. */

/**
 * Largest bundle of gossip between two neighbours in bytes. It carries many messages, each bounded by itself, and a
 * neighbour that sends a larger one is lost.
 */
export const MAX_GOSSIP_BYTES = 4 * 1024 * 1024
/** Longest string in a signed body, in UTF-8 bytes. */
export const MAX_STRING_BYTES = 256
/** Most entries of a list in a signed body. */
export const MAX_LIST_ENTRIES = 16
/** Longest name of a capability or an attribute, word of a set, version or model, in bytes. */
export const MAX_NAME_BYTES = 64
/** Most attributes of all capabilities of a record together, and most words and cells of all its attributes. */
export const MAX_ATTRIBUTES = 32
export const MAX_ATTRIBUTE_VALUES = 64
/** Last second that a time span can name: the end of the year 9999, as far as ISO 8601 has four digits. */
export const MAX_TIME = 253_402_300_799n
/** Longest text of a query for agents, in characters; whatever is within the bounds below is shorter. */
export const MAX_QUERY_LENGTH = 8192
/** Most capabilities and conditions of a query, and most words of all its conditions together. */
export const MAX_QUERY_CAPABILITIES = 4
export const MAX_QUERY_CONDITIONS = 16
export const MAX_QUERY_WORDS = 32
/** Most agents that one answer to a query names. */
export const MAX_ANSWERS = 64
/** Largest distance in a query, in kilometres: half around the Earth, and a little. */
export const MAX_DISTANCE = 20_100
/** Longest life of a capability record, in seconds from now. */
export const MAX_CAPABILITY_LIFE = 24 * 3600
/** Longest time for which an offer may bind, in seconds from now. */
export const MAX_OFFER_LIFE = 300
/** Most offers and counter-offers in one negotiation. */
export const MAX_ROUNDS = 8
/** Most price steps of an order for a slot; `OrderBook.MAX_STEPS`. */
export const MAX_STEPS = 8
/** Longest question to a service, and longest answer, in bytes. */
export const MAX_SERVICE_BYTES = 256 * 1024
/** Longest quote of a citation, in UTF-8 bytes. */
export const MAX_QUOTE_BYTES = 4096
/** Most requests that one agreement about a service covers. */
export const MAX_SERVICE_REQUESTS = 1_000_000
/** Most reports about a trip that one message carries. */
export const MAX_TRIP_BATCH = 32
/** Longest window for a dispute that the escrow allows, in seconds; `Periods.MAX_WINDOW`. */
export const MAX_WINDOW = 3 * 24 * 3600
/** Longest time that a dispute may take before the agreed split holds, in seconds; `Periods.MAX_ARBITRATION`. */
export const MAX_ARBITRATION = 10 * 24 * 3600
/** Allowed difference between two agents' clocks, in seconds. */
export const CLOCK_SKEW = 5
