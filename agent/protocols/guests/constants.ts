/** File of the deals of agents without a node, in the folder of whoever carries them. */
export const GUESTS_FILE = 'guests.jsonl'

/** File of what they sell, likewise. */
export const GUEST_SALES_FILE = 'guest-sales.jsonl'

/** Seconds for which an offer of a guest binds: it is signed far away, and takes some requests. */
export const OFFER_LIFE = 60n
/** Seconds for which it has to bind still when it is taken to the buyer, who may have to be dialled. */
export const MIN_OFFER_LIFE = 10n

/** Most intents of guests that can be answered, most offers to one, and to all. */
export const MAX_INTENTS = 1_000
export const MAX_OFFERS_PER_INTENT = 64
/** Of these, most of one seller: the others' are to be seen, too. */
export const MAX_OFFERS_PER_SELLER = 4
export const MAX_OFFERS = 10_000
/** Most deals of guests that have not ended, and of these most of one guest; and most offers of one that bind still. */
export const MAX_LIVE_DEALS = 1_000
export const MAX_LIVE_DEALS_PER_GUEST = 100
export const MAX_LIVE_OFFERS_PER_GUEST = 32

/** How often deals are opened for one guest, and for all: each costs the carrier's gas. */
export const OPENINGS_PER_GUEST = { perMinute: 6, burst: 12 }
export const OPENINGS = { perMinute: 10, burst: 60 }

/**
 * How often a deal is held against the chain, in milliseconds, and how many at a time: of as many as there may be, each has its turn
 * within the time that a seller's report has before the deadline.
 */
export const SWEEP_INTERVAL = 5_000
export const MAX_SWEEP = 128
/** Most buyers that are asked for their release at a time: each may take a while to answer. */
export const MAX_ASKED = 64
