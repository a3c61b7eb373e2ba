import { hashTerms } from '../../../protocol/eip712.ts'
import { RefusedError } from '../../../protocol/errors.ts'
import { MAX_OFFER_LIFE, MAX_ROUNDS } from '../../../protocol/limits.ts'
import {
  type Address,
  type Agreement,
  type Hex,
  type Offer,
  paymentOf,
  type Terms,
} from '../../../protocol/types.ts'
import type { Policy } from '../../policy/limits.ts'
import type { ReceivedIntent } from '../intent-discovery/intent-book.ts'

/** What a side proposes; everything else of an offer follows from the intent and the policy. */
export interface Proposal {
  /** In the intent's unit (energy: Wh). */
  quantity: bigint
  /** Minor units per lot. */
  price: bigint
}

/** What a negotiation is about and between whom. */
export interface Negotiated {
  intent: ReceivedIntent
  /** The side that answers the intent. */
  offerer: Address
  token: Address
  feeBps: bigint
  policy: Policy
}

/** Which side of the deal an agent is on. */
export function roleOf({ intent }: Pick<Negotiated, 'intent'>, agent: Address): 'buyer' | 'seller' {
  const isMaker = agent === intent.value.agent
  return (intent.value.side === 'buy') === isMaker ? 'buyer' : 'seller'
}

/**
 * Builds the unsigned offer of a round.
 *
 * @param previous hash of the intent (round 1) or id of the offer that it answers
 * @param now Unix seconds
 * @param deadline Unix seconds after which the buyer can be refunded
 */
export function buildOffer(
  negotiated: Negotiated,
  proposal: Proposal,
  step: { round: bigint; previous: Hex; now: bigint; deadline: bigint; nonce: bigint },
): { agreement: Agreement; terms: Terms } {
  const { intent, offerer, token, feeBps, policy } = negotiated
  const { agent: maker, side, capability, area, start, end, lot } = intent.value
  const [buyer, seller] = side === 'buy' ? [maker, offerer] : [offerer, maker]
  const terms: Terms = { capability, area, start, end, round: step.round, previous: step.previous }
  const payment = paymentOf({ ...proposal, lot })
  return {
    terms,
    agreement: {
      buyer,
      seller,
      payout: seller,
      token,
      ...proposal,
      lot,
      exposure: (payment * policy.exposurePercent) / 100n,
      feeBps,
      expiry: step.now + policy.offerLife,
      deadline: step.deadline,
      intentHash: intent.hash,
      termsHash: hashTerms(terms),
      nonce: step.nonce,
    },
  }
}

/**
 * Checks a signed offer of the other side against what it answers. Its signature is verified elsewhere.
 *
 * @param answered the last offer of this negotiation, undefined when it opens it
 * @param now Unix seconds
 * @throws RefusedError that names the first field that does not fit
 */
export function checkOffer(
  negotiated: Negotiated,
  { agreement, terms }: Offer,
  answered: { id: Hex; offer: Pick<Offer, 'agreement' | 'terms'> } | undefined,
  now: bigint,
): void {
  const { intent, offerer, token, feeBps, policy } = negotiated
  const { agent: maker, side, capability, area, start, end, lot, quantity, expiry } = intent.value
  const [buyer, seller] = side === 'buy' ? [maker, offerer] : [offerer, maker]
  same('agreement.intentHash', agreement.intentHash, intent.hash)
  below('INTENT_EXPIRED', 'intent.expiry', now, expiry)
  same('agreement.termsHash', agreement.termsHash, hashTerms(terms))
  same('agreement.buyer', agreement.buyer, buyer)
  same('agreement.seller', agreement.seller, seller)
  same('agreement.token', agreement.token, token)
  same('agreement.feeBps', agreement.feeBps, feeBps)
  same('agreement.lot', agreement.lot, lot)
  same('terms.capability', terms.capability, capability)
  same('terms.area', terms.area, area)
  same('terms.start', terms.start, start)
  same('terms.end', terms.end, end)
  same('terms.previous', terms.previous, answered?.id ?? intent.hash)
  if (answered) same('agreement.deadline', agreement.deadline, answered.offer.agreement.deadline)
  same('terms.round', terms.round, (answered?.offer.terms.round ?? 0n) + 1n)
  below('ROUNDS_EXCEEDED', 'terms.round', terms.round, BigInt(MAX_ROUNDS))
  below('OFFER_EXPIRED', 'agreement.expiry', now, agreement.expiry)
  below('EXPIRY_TOO_FAR', 'agreement.expiry', agreement.expiry, now + BigInt(MAX_OFFER_LIFE))
  below('DEADLINE_TOO_EARLY', 'agreement.deadline', agreement.expiry + 1n, agreement.deadline)
  below('DEADLINE_TOO_FAR', 'agreement.deadline', agreement.deadline, now + policy.maxDuration)
  below('QUANTITY_OUT_OF_RANGE', 'agreement.quantity', 1n, agreement.quantity)
  below('QUANTITY_OUT_OF_RANGE', 'agreement.quantity', agreement.quantity, quantity)
  const payment = paymentOf(agreement)
  below('PAYMENT_ZERO', 'payment', 1n, payment)
  below(
    'EXPOSURE_TOO_LOW',
    'agreement.exposure',
    (payment * policy.exposurePercent) / 100n,
    agreement.exposure,
  )
}

/**
 * What a seller checks beyond that in a buyer's offer: the seller alone decides where it is paid, and how much of its
 * stake it risks. Its own offers name both, and a buyer may neither redirect the payment nor ask for more.
 *
 * @throws RefusedError `OFFER_MISMATCH` or `EXPOSURE_TOO_HIGH`
 */
export function checkSellerTerms({ policy }: Negotiated, agreement: Agreement): void {
  same('agreement.payout', agreement.payout, agreement.seller)
  const most = (paymentOf(agreement) * policy.exposurePercent) / 100n
  below('EXPOSURE_TOO_HIGH', 'agreement.exposure', agreement.exposure, most)
}

/**
 * What a seller checks when a buyer's offer opens a negotiation: there must be time to deliver.
 *
 * @param now Unix seconds
 * @throws RefusedError `DEADLINE_TOO_EARLY`
 */
export function checkDuration({ policy }: Negotiated, agreement: Agreement, now: bigint): void {
  below('DEADLINE_TOO_EARLY', 'agreement.deadline', now + policy.minDuration, agreement.deadline)
}

function same(field: string, received: unknown, expected: unknown): void {
  if (received === expected) return
  throw new RefusedError('OFFER_MISMATCH', 'An offer does not fit what it answers.', {
    field,
    expected,
    received,
  })
}

function below(code: string, field: string, low: bigint, high: bigint): void {
  if (low <= high) return
  throw new RefusedError(code, 'An offer is out of bounds.', { field, expected: `${low} <= ${high}` })
}
