/** File of the deals of agents without a node, in the folder of whoever carries them. */
export const GUESTS_FILE = 'guests.jsonl'

/** File of what they sell, likewise. */
export const GUEST_SALES_FILE = 'guest-sales.jsonl'

/** Seconds for which an offer of a guest binds: it is signed far away, and takes some requests. */
export const OFFER_LIFE = 60n

/** Most intents of guests that can be answered, most offers to one, and to all. */
export const MAX_INTENTS = 1_000
export const MAX_OFFERS_PER_INTENT = 64
/** Of these, most of one seller: the others' are to be seen, too. */
export const MAX_OFFERS_PER_SELLER = 4
export const MAX_OFFERS = 10_000
/** Most deals of guests that have not ended. */
export const MAX_LIVE_DEALS = 1_000

/** How often deals are opened for one guest, and for all: each costs the carrier's gas. */
export const OPENINGS_PER_GUEST = { perMinute: 6, burst: 12 }
export const OPENINGS = { perMinute: 10, burst: 60 }

/** How often a deal is held against the chain, in milliseconds, and how many at a time. */
export const SWEEP_INTERVAL = 5_000
export const MAX_SWEEP = 16
