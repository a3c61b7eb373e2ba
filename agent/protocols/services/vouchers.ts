import { type Domain, hashRelease } from '../../../protocol/eip712.ts'
import { verifyDigest } from '../../../protocol/signature.ts'
import type { Agreement, Hex, Release, Signed } from '../../../protocol/types.ts'
import type { Voucher } from '../../../protocol/wire/services.ts'
import type { Identity } from '../../network/identity.ts'

/**
 * A voucher is the release of an agreement as if nothing more came: its provider can end the agreement by the newest one
 * at any moment, without the asker, and is paid for all answers so far.
 */
function releaseOf(agreement: Hex, { quantity, evidence }: Omit<Voucher, 'signature'>): Release {
  return { agreement, quantity, last: true, evidence }
}

/** Signs the voucher for all answers so far. @param domain the escrow's */
export function signVoucher(
  identity: Identity,
  domain: Domain,
  agreement: Hex,
  paid: Omit<Voucher, 'signature'>,
): Signed<Release> {
  const value = releaseOf(agreement, paid)
  return { value, signature: identity.sign(hashRelease(domain, value)) }
}

/** A release as it is sent where the agreement is known. */
export function voucherOf({ value, signature }: Signed<Release>): Voucher {
  return { quantity: value.quantity, evidence: value.evidence, signature }
}

/** Verifies that a voucher is its buyer's. @throws SignatureError */
export function verifyVoucher(
  domain: Domain,
  id: Hex,
  { buyer }: Pick<Agreement, 'buyer'>,
  { signature, ...paid }: Voucher,
): Signed<Release> {
  const value = releaseOf(id, paid)
  verifyDigest(hashRelease(domain, value), signature, buyer)
  return { value, signature }
}
