export { GUESTS_FILE } from './constants.ts'
export { Guests } from './guests.ts'
export type { GuestOffer } from './held-offers.ts'
