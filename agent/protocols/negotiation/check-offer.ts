import { isAddressEqual, zeroAddress } from 'viem'
import { hashConditions, hashTerms } from '../../../protocol/eip712.ts'
import { RefusedError } from '../../../protocol/errors.ts'
import { MAX_OFFER_LIFE, MAX_ROUNDS } from '../../../protocol/limits.ts'
import { type Agreement, type Conditions, type Offer, paymentOf } from '../../../protocol/types.ts'
import type { Binding } from '../../chain/actions/identity-registry.ts'
import type { Choice, Policy } from '../../policy/limits.ts'
import { type Answered, exposureFor, type Negotiated, partiesOf } from './offers.ts'
import { later } from './timing.ts'

/** Most that the escrow holds for one agreement: it counts by 96 bits. */
const MAX_AMOUNT = 2n ** 96n - 1n

/**
 * Checks a signed offer of the other side against what it answers, the chain and the policy: every member of agreement
 * and conditions but those that one side alone cares for. Its signature is verified elsewhere.
 *
 * @param answered the last offer of this negotiation, undefined when it opens it
 * @param now Unix seconds
 * @throws RefusedError that names the first field that does not fit
 */
export function checkOffer(
  negotiated: Negotiated,
  { agreement, conditions, terms }: Offer,
  answered: Answered | undefined,
  now: bigint,
): void {
  const { intent, token, feeBps, policy, seller: binding } = negotiated
  const { capability, area, start, end, lot, quantity, expiry } = intent.value
  const { buyer, seller } = partiesOf(negotiated)
  same('agreement.intentHash', agreement.intentHash, intent.hash)
  below('INTENT_EXPIRED', 'intent.expiry', now, expiry)
  same('agreement.termsHash', agreement.termsHash, hashTerms(terms))
  same('agreement.conditions', agreement.conditions, hashConditions(conditions))
  same('agreement.buyer', agreement.buyer, buyer)
  same('agreement.seller', agreement.seller, seller)
  same('agreement.token', agreement.token, token)
  same('agreement.agentId', agreement.agentId, binding.agentId)
  same('agreement.staker', agreement.staker, binding.owner)
  same('agreement.sellerEpoch', agreement.sellerEpoch, binding.epoch)
  same('agreement.feeBps', agreement.feeBps, feeBps)
  same('agreement.lot', agreement.lot, lot)
  same('terms.capability', terms.capability, capability)
  same('terms.area', terms.area, area)
  same('terms.start', terms.start, start)
  same('terms.end', terms.end, end)
  same('terms.previous', terms.previous, answered?.id ?? intent.hash)
  if (answered !== undefined) checkUnchanged(agreement, answered.offer.agreement)
  same('terms.round', terms.round, (answered?.offer.terms.round ?? 0n) + 1n)
  below('ROUNDS_EXCEEDED', 'terms.round', terms.round, BigInt(MAX_ROUNDS))
  below('OFFER_EXPIRED', 'agreement.expiry', now, agreement.expiry)
  below('EXPIRY_TOO_FAR', 'agreement.expiry', agreement.expiry, now + BigInt(MAX_OFFER_LIFE))
  below('DEADLINE_TOO_EARLY', 'agreement.deadline', agreement.expiry + 1n, agreement.deadline)
  below('DEADLINE_TOO_EARLY', 'agreement.deadline', end + 1n, agreement.deadline)
  below('DEADLINE_TOO_FAR', 'agreement.deadline', agreement.deadline, now + policy.maxDuration)
  below('QUANTITY_OUT_OF_RANGE', 'agreement.quantity', 1n, agreement.quantity)
  below('QUANTITY_OUT_OF_RANGE', 'agreement.quantity', agreement.quantity, quantity)
  below('PAYMENT_ZERO', 'payment', 1n, paymentOf(agreement))
  below('PAYMENT_TOO_LARGE', 'payment', paymentOf(agreement), MAX_AMOUNT)
  below('EXPOSURE_TOO_LARGE', 'agreement.exposure', agreement.exposure, MAX_AMOUNT)
  within('agreement.penaltyBps', agreement.penaltyBps, policy.penaltyBps)
  checkConditions(policy, agreement, conditions, { start, end })
}

/**
 * What a buyer checks beyond that: who pays, how much goes to whom besides the seller, and the stake behind it.
 *
 * @throws RefusedError `OFFER_MISMATCH`, `RELAY_FEE_TOO_HIGH` or `EXPOSURE_TOO_LOW`
 */
export function checkForBuyer({ policy, payer }: Negotiated, agreement: Agreement): void {
  // A seller does not know that another pays for this buyer: it names the buyer, and is told by a counter-offer.
  const isOther = payer !== undefined && agreement.payer !== agreement.buyer
  same('agreement.payer', agreement.payer, isOther ? payer.payer : agreement.buyer)
  same('agreement.buyerEpoch', agreement.buyerEpoch, isOther ? payer.buyerEpoch : 0n)
  below('RELAY_FEE_TOO_HIGH', 'agreement.relayFee', agreement.relayFee, policy.maxRelayFee)
  below('EXPOSURE_TOO_LOW', 'agreement.exposure', exposureFor(policy, agreement), agreement.exposure)
}

/**
 * What a seller checks beyond that: the seller alone decides where it is paid, and how much of its stake it risks. Its
 * own offers name both, and a buyer may neither redirect the payment nor ask for more; and another than the buyer pays
 * only when the buyer speaks for it.
 *
 * @param buyer on whose behalf the buyer signs, as the chain says
 * @throws RefusedError `OFFER_MISMATCH` or `EXPOSURE_TOO_HIGH`
 */
export function checkForSeller(
  { policy, seller, payout }: Negotiated,
  agreement: Agreement,
  buyer: Binding,
): void {
  const { payer, buyerEpoch } =
    agreement.payer === agreement.buyer || buyer.agentId === 0n
      ? { payer: agreement.buyer, buyerEpoch: 0n }
      : { payer: buyer.owner, buyerEpoch: buyer.epoch }
  same('agreement.payer', agreement.payer, payer)
  same('agreement.buyerEpoch', agreement.buyerEpoch, buyerEpoch)
  same('agreement.payout', agreement.payout, payout ?? agreement.seller)
  const most = seller.agentId > 0n ? exposureFor(policy, agreement) : 0n
  below('EXPOSURE_TOO_HIGH', 'agreement.exposure', agreement.exposure, most)
}

/**
 * What a seller checks when a buyer's offer opens a negotiation: there must be time to deliver.
 *
 * @param now Unix seconds
 * @throws RefusedError `DEADLINE_TOO_EARLY`
 */
export function checkDuration({ policy, intent }: Negotiated, agreement: Agreement, now: bigint): void {
  const { end } = intent.value
  const from = later(now, end)
  below('DEADLINE_TOO_EARLY', 'agreement.deadline', from + policy.minDuration, agreement.deadline)
}

/** Conditions that the escrow cannot carry out would leave refund and release as the only ways out. */
function checkConditions(
  policy: Policy,
  agreement: Agreement,
  conditions: Conditions,
  { start, end }: { start: bigint; end: bigint },
): void {
  const { arbitrator, lateFrom, lateBps, window, splitBps } = conditions
  same('conditions.start', conditions.start, start)
  same('conditions.end', conditions.end, end)
  below('CONDITIONS_OUT_OF_ORDER', 'conditions.start', start, end)
  below('CONDITIONS_OUT_OF_ORDER', 'conditions.lateFrom', lateFrom, start)
  below('CONDITIONS_OUT_OF_ORDER', 'conditions.lateBps', lateBps, agreement.penaltyBps)
  within('conditions.lateFrom', start - lateFrom, policy.lateLead)
  within('conditions.lateBps', lateBps, policy.lateBps)
  within('conditions.window', window, policy.window)
  within('conditions.splitBps', splitBps, policy.splitBps)
  // A meter's key settles by itself: until it is known whose keys are meters, none is accepted.
  same('conditions.meter', conditions.meter, zeroAddress)
  same('conditions.retail', conditions.retail, 0n)
  const own = policy.arbitrator === undefined ? [] : [policy.arbitrator]
  const accepted = [...own, ...policy.arbitrators]
  if ([zeroAddress, ...accepted].some((address) => isAddressEqual(address, arbitrator))) return
  throw new RefusedError('ARBITRATOR_UNKNOWN', 'An offer names an arbitrator that is not accepted.', {
    field: 'conditions.arbitrator',
    expected: accepted.join(', ') || 'none',
    received: arbitrator,
    remedy: 'Add it to the policy, after reading its code: it decides about disputed payments.',
  })
}

/** A buyer that drew the deadline near, or changed the conditions, would change what the first offer was made for. */
function checkUnchanged(agreement: Agreement, answered: Agreement): void {
  for (const member of ['deadline', 'penaltyBps', 'conditions'] as const) {
    same(`agreement.${member}`, agreement[member], answered[member])
  }
}

function same(field: string, received: unknown, expected: unknown): void {
  if (received === expected) return
  throw new RefusedError('OFFER_MISMATCH', 'An offer does not fit what it answers.', {
    field,
    expected,
    received,
    remedy: 'Nothing is to be done: it was not accepted. Its maker has to answer what it was told.',
  })
}

function below(code: string, field: string, low: bigint, high: bigint): void {
  if (low <= high) return
  throw new RefusedError(code, 'An offer is out of bounds.', {
    field,
    expected: `${low} <= ${high}`,
    remedy:
      'Nothing is to be done where a peer made it; an own one needs a `duration` that suits both policies.',
  })
}

function within(field: string, value: bigint, { least, most }: Choice): void {
  if (least <= value && value <= most) return
  throw new RefusedError('OFFER_OUT_OF_POLICY', 'An offer asks for what the policy does not allow.', {
    field,
    expected: `${least} to ${most}`,
    received: value,
    remedy: 'Widen the policy, where this side wants such deals; else nothing is to be done.',
  })
}
