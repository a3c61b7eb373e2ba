import { type Deployment, escrowDomain } from './deployment.ts'
import { hashAgreement, hashConditions } from './eip712.ts'
import { RefusedError } from './errors.ts'
import { agreementFromJson, conditionsFromJson } from './from-json.ts'
import { verifyDigest } from './signature.ts'
import { type Agreement, type Conditions, costOf, type Hex, type Intent, paymentOf } from './types.ts'

/** An offer as it would be signed. */
export interface ShownOffer {
  id: Hex
  agreement: Agreement
  conditions: Conditions
}

/** Seconds after the intent's expiry until which an offer to it may bind. */
const MAX_LIFE = 300n
/** Least seconds to contest what was not delivered, most until the payment comes back, and most that it costs to step back. */
const [LEAST_WINDOW, LONGEST, MOST_PENALTY] = [60n, 86_400n, 5_000n]

/**
 * Reads an offer that an API shows, and checks that signing it costs no more than was asked for, and binds to nothing else: the API
 * may be anybody's, and its owner the seller. So its conditions are such as a buyer's own agent takes by default: what was not
 * delivered can be contested, and who rules on that is not the seller's choice.
 *
 * @param asked the intent that it answers, and its hash
 * @param limit most minor units per lot
 * @throws RefusedError `OFFER_MISMATCH` that names the first member that does not fit; SignatureError; WireError
 */
export function readOffer(
  shown: Readonly<Record<string, unknown>>,
  { intent, hash }: { intent: Intent; hash: Hex },
  deployment: Deployment,
  limit: bigint,
): ShownOffer {
  const agreement = agreementFromJson(members(shown.agreement))
  const conditions = conditionsFromJson(members(shown.conditions))
  const id = hashAgreement(escrowDomain(deployment), agreement)
  const { agent, quantity, lot, expiry } = intent
  fits('id', shown.id, shown.id === id)
  fits('agreement.conditions', agreement.conditions, agreement.conditions === hashConditions(conditions))
  fits('agreement.intentHash', agreement.intentHash, agreement.intentHash === hash)
  fits('agreement.buyer', agreement.buyer, agreement.buyer === agent)
  fits('agreement.payer', agreement.payer, agreement.payer === agent)
  fits('agreement.token', agreement.token, agreement.token === deployment.contracts.testDollar)
  fits('agreement.lot', agreement.lot, agreement.lot === lot)
  fits('agreement.quantity', agreement.quantity, agreement.quantity > 0n && agreement.quantity <= quantity)
  fits('agreement.price', agreement.price, agreement.price <= limit)
  fits('agreement.relayFee', agreement.relayFee, agreement.relayFee === 0n)
  fits('agreement.expiry', agreement.expiry, agreement.expiry <= expiry + MAX_LIFE)
  fits('cost', costOf(agreement), costOf(agreement) <= (quantity * limit) / lot)
  fits('agreement.exposure', agreement.exposure, agreement.exposure >= paymentOf(agreement))
  fits('agreement.penaltyBps', agreement.penaltyBps, agreement.penaltyBps <= MOST_PENALTY)
  fits('agreement.deadline', agreement.deadline, agreement.deadline <= agreement.expiry + LONGEST)
  checkConditions(conditions, intent, deployment)
  fits('conditions.lateBps', conditions.lateBps, conditions.lateBps <= agreement.penaltyBps)
  verifyDigest(id, String(shown.signature) as Hex, agreement.seller)
  return { id, agreement, conditions }
}

function checkConditions(conditions: Conditions, { start, end }: Intent, { contracts }: Deployment): void {
  const { arbitrator, meter, window, splitBps, retail } = conditions
  fits('conditions.start', conditions.start, conditions.start === start)
  fits('conditions.end', conditions.end, conditions.end === end)
  fits('conditions.window', window, window >= LEAST_WINDOW && window <= LONGEST)
  // Without an arbitrator a dispute ends by it at once.
  fits('conditions.splitBps', splitBps, splitBps <= 5_000n)
  fits('conditions.arbitrator', arbitrator, isZero(arbitrator) || arbitrator === contracts.arbitration)
  // The key of a meter settles by itself.
  fits('conditions.meter', meter, isZero(meter))
  fits('conditions.retail', retail, retail === 0n)
}

function isZero(address: string): boolean {
  return /^0x0+$/.test(address)
}

function members(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function fits(field: string, received: unknown, isSo: boolean): void {
  if (isSo) return
  throw new RefusedError('OFFER_MISMATCH', 'An offer is not what was asked for.', {
    field,
    received,
    remedy: 'Nothing was signed. Ask for something else, or another API.',
  })
}
