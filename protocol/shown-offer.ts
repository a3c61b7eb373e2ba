import { type Deployment, escrowDomain } from './deployment.ts'
import { hashAgreement, hashConditions } from './eip712.ts'
import { RefusedError } from './errors.ts'
import { agreementFromJson, conditionsFromJson } from './from-json.ts'
import { verifyDigest } from './signature.ts'
import { type Agreement, type Conditions, costOf, type Hex, type Intent } from './types.ts'

/** An offer as it would be signed. */
export interface ShownOffer {
  id: Hex
  agreement: Agreement
  conditions: Conditions
}

/**
 * Reads an offer that an API shows, and checks that signing it costs no more than was asked for, and binds to nothing else: the API
 * may be anybody's.
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
  verifyDigest(id, String(shown.signature) as Hex, agreement.seller)
  return { id, agreement, conditions }
}

/** Seconds after the intent's expiry until which an offer to it may bind. */
const MAX_LIFE = 300n

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
