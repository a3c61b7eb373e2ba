export type { DeliveryHandler, DisputeHandler } from './buyer-side.ts'
export { Channels } from './channels.ts'
export {
  type Decision,
  Negotiation,
  type OfferHandler,
  type Outcome,
  type ReceivedOffer,
} from './negotiation.ts'
export type { Proposal } from './offers.ts'
export type { PaymentMethod } from './party.ts'
export { Settlement } from './settlement.ts'
