/** Auctions: bids for an intent, over one long-lived stream per peer. */
export { Auctions } from './auctions.ts'
export { OFFER_TIMEOUT } from './constants.ts'
export type { Winner } from './held-auction.ts'
export type { Standing } from './protocol.ts'
