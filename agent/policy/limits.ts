import { ConfigError, RefusedError } from '../../protocol/errors.ts'
import { MAX_OFFER_LIFE } from '../../protocol/limits.ts'
import { paymentOf } from '../../protocol/types.ts'
import type { Deal } from './deal.ts'

/** What an agent may commit its owner to, and on which terms. Money in minor units, times in seconds. */
export interface Policy {
  /** Most that one agreement may cost. */
  maxPayment: bigint
  /** Most that all agreements that have not ended may cost together. */
  maxCommitted: bigint
  /** Most deals that have not ended. */
  maxLiveDeals: number
  /** Stake that a seller must lock, in percent of the payment. */
  exposurePercent: bigint
  /** How long an offer of ours binds us. */
  offerLife: bigint
  /** Shortest time, from now, in which this agent as a seller can deliver and be released. */
  minDuration: bigint
  /** Longest time, from now, until an agreement can be refunded. */
  maxDuration: bigint
}

/** Careful defaults for small trades; an owner sets its own. */
export const defaultPolicy: Policy = {
  maxPayment: 10_000_000n,
  maxCommitted: 50_000_000n,
  maxLiveDeals: 500,
  exposurePercent: 100n,
  offerLife: 15n,
  minDuration: 30n,
  maxDuration: 24n * 3600n,
}

/**
 * Checks that others can accept what a policy makes of offers.
 *
 * @throws ConfigError `POLICY_INVALID`
 */
export function checkPolicy({ offerLife }: Policy): void {
  if (offerLife > 0n && offerLife <= BigInt(MAX_OFFER_LIFE)) return
  throw new ConfigError('POLICY_INVALID', 'The policy makes offers that nobody accepts.', {
    field: 'policy.offerLife',
    expected: `1 to ${MAX_OFFER_LIFE} seconds`,
    received: offerLife,
  })
}

/**
 * Checks a commitment before it is signed.
 *
 * @param live deals that have not ended
 * @throws RefusedError `SPENDING_LIMIT` or `TOO_MANY_DEALS`
 */
export function checkCommitment(
  policy: Policy,
  live: readonly Deal[],
  next: Pick<Deal, 'role' | 'agreement'>,
): void {
  if (live.length >= policy.maxLiveDeals) {
    throw new RefusedError('TOO_MANY_DEALS', 'Too many deals are under way.', {
      field: 'policy.maxLiveDeals',
      expected: `fewer than ${policy.maxLiveDeals}`,
      received: live.length,
    })
  }
  if (next.role !== 'buyer') return
  const payment = paymentOf(next.agreement)
  const committed = live.reduce(
    (sum, deal) => sum + (deal.role === 'buyer' ? paymentOf(deal.agreement) : 0n),
    0n,
  )
  const [field, limit, amount] =
    payment > policy.maxPayment
      ? ['policy.maxPayment', policy.maxPayment, payment]
      : ['policy.maxCommitted', policy.maxCommitted, committed + payment]
  if (amount <= limit) return
  throw new RefusedError('SPENDING_LIMIT', 'A purchase is over the spending limit.', {
    field,
    expected: `at most ${limit}`,
    received: amount,
    remedy: 'Raise the limit in the policy, or wait until open agreements have ended.',
  })
}
