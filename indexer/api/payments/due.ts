import type { PaymentRequired, PaymentRequirements, SettleResponse } from '@x402/core/types'
import type { Address } from '../../../protocol/types.ts'
import { ApiError } from '../problem.ts'
import type { Payment } from './payment.ts'

/** Seconds for which what a client signs holds: longer than an answer and some blocks take. */
const LIFE = 300

/** What has to be paid, and to whom. */
export interface Due {
  chainId: number
  token: Address
  /** Of the token's EIP-712 domain, by which a payment is signed. */
  domain: { name: string; version: string }
  payTo: Address
  /** Minor units of the token. */
  amount: bigint
}

/** What is due, as x402 says it. */
export function requirementsOf({ chainId, token, domain, payTo, amount }: Due): PaymentRequirements {
  return {
    scheme: 'exact',
    network: `eip155:${chainId}`,
    asset: token,
    amount: String(amount),
    payTo,
    maxTimeoutSeconds: LIFE,
    extra: { name: domain.name, version: domain.version },
  }
}

/** Value of the header `PAYMENT-REQUIRED`. @param reason why what was paid was not taken */
export function paymentRequired(due: Due, url: string, reason: string | undefined): string {
  const resource = { url, description: 'MESH market API', mimeType: 'application/json' }
  const accepts = [requirementsOf(due)]
  const required: PaymentRequired = { x402Version: 2, error: reason ?? 'payment_required', resource, accepts }
  return encoded(required)
}

/** Value of the header `PAYMENT-RESPONSE`. */
export function paymentResponse(settled: SettleResponse): string {
  return encoded(settled)
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64')
}

/** A payment that is not taken. */
export class PaymentRefused extends ApiError {
  /** As x402 names it. */
  readonly reason: string

  constructor(reason: string, details: { field: string; expected: string; received: unknown }) {
    super(402, 'PAYMENT_REFUSED', `A payment is not taken: ${reason}.`, {
      ...details,
      remedy: 'Nothing was paid by it. Sign what `PAYMENT-REQUIRED` asks for, and send the request again.',
    })
    this.reason = reason
  }
}

/**
 * Compares a payment with what is due, as far as that needs no chain.
 *
 * @param now Unix seconds
 * @throws PaymentRefused
 */
export function checkAgainst(due: Due, { accepted, payload: { authorization } }: Payment, now: bigint): void {
  const asked = requirementsOf(due)
  const told: [string, string, string, string][] = [
    ['invalid_exact_evm_scheme', 'accepted.scheme', asked.scheme, accepted.scheme],
    ['invalid_exact_evm_network_mismatch', 'accepted.network', asked.network, accepted.network],
    ['invalid_exact_evm_asset_mismatch', 'accepted.asset', asked.asset, accepted.asset],
    ['invalid_exact_evm_recipient_mismatch', 'accepted.payTo', asked.payTo, accepted.payTo],
    ['invalid_exact_evm_recipient_mismatch', 'authorization.to', asked.payTo, authorization.to],
    [
      'invalid_exact_evm_payload_authorization_value_mismatch',
      'accepted.amount',
      asked.amount,
      accepted.amount,
    ],
    [
      'invalid_exact_evm_payload_authorization_value_mismatch',
      'authorization.value',
      asked.amount,
      String(authorization.value),
    ],
  ]
  for (const [reason, field, expected, received] of told) {
    if (expected.toLowerCase() !== received.toLowerCase())
      throw new PaymentRefused(reason, { field, expected, received })
  }
  const { validAfter, validBefore } = authorization
  if (validAfter >= now) {
    const details = { field: 'authorization.validAfter', expected: `before ${now}`, received: validAfter }
    throw new PaymentRefused('invalid_exact_evm_payload_authorization_valid_after', details)
  }
  if (validBefore <= now) {
    const details = { field: 'authorization.validBefore', expected: `after ${now}`, received: validBefore }
    throw new PaymentRefused('invalid_exact_evm_payload_authorization_valid_before', details)
  }
}
