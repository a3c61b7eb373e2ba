export type { DeliveryHandler, DisputeHandler } from './buyer-side.ts'
export { HANDLED_FILE, HandledOffers, stillBinding } from './handled-offers.ts'
export type { Decision, Proposal } from './machine/conversation.ts'
export {
  Negotiation,
  type OfferHandler,
  type OfferOptions,
  offerOptionsSchema,
  type ReceivedOffer,
} from './negotiation.ts'
export { PAYMENT_METHODS, type PaymentMethod } from './party.ts'
export { type MessageHandler, NEGOTIATION } from './protocol.ts'
export type { Outcome } from './session.ts'
export { Settlement } from './settlement.ts'
export { Solvency } from './solvency.ts'
