export { GUEST_SALES_FILE, GUESTS_FILE } from './constants.ts'
export { Guests } from './guests.ts'
export type { GuestOffer } from './held-offers.ts'
export type { Draft, Statement } from './sales.ts'
