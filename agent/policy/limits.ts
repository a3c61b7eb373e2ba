import { z } from 'zod'
import { ConfigError, RefusedError } from '../../protocol/errors.ts'
import { addressSchema, membersOf } from '../../protocol/input.ts'
import { MAX_OFFER_LIFE, MAX_TIME, MAX_WINDOW } from '../../protocol/limits.ts'
import { type Address, costOf } from '../../protocol/types.ts'
import type { Deal } from './deal.ts'

/** What own offers name, and what is accepted from others. */
export interface Choice {
  own: bigint
  least: bigint
  most: bigint
}

/** What an agent may commit its owner to, and on which terms. Money in minor units, times in seconds. */
export interface Policy {
  /** Most that one agreement may cost, the fee of who submits it included. */
  maxPayment: bigint
  /** Most that all agreements that have not ended may cost together. */
  maxCommitted: bigint
  /** Most deals that have not ended. */
  maxLiveDeals: number
  /** Most own offers to one counterparty that bind this agent still. */
  maxOffersPerPeer: number
  /** Stake that a seller must lock, in percent of the payment. */
  exposurePercent: bigint
  /** How long an offer of ours binds us. */
  offerLife: bigint
  /** Shortest time, from now, in which this agent as a seller can deliver and be released. */
  minDuration: bigint
  /** Longest time, from now, until an agreement can be refunded. */
  maxDuration: bigint
  /** Seconds that a buyer has for a dispute; a silent one has paid after them. A buyer looks at the chain in each quarter. */
  window: Choice
  /** What a party loses that fails at the last stage, in basis points: of the payment, or of the exposure. */
  penaltyBps: Choice
  /** What a party loses that cancels late, in basis points as above; at most the penalty. */
  lateBps: Choice
  /** From how many seconds before the start of the delivery cancelling is late; before, it costs nothing. */
  lateLead: Choice
  /** Seller's share of what is contested, in basis points, when nobody rules. */
  splitBps: Choice
  /** Arbitrators that are accepted in others' offers. */
  arbitrators: readonly Address[]
  /** The arbitrator that own offers name, and that is accepted too; without one, the agreed split ends a dispute. */
  arbitrator?: Address
  /** Most that a purchase may pay to who submits it, in minor units; own offers pay nothing. */
  maxRelayFee: bigint
  /** Most that relaying for an energy market may cost for one slot, in wei of gas; own orders do not count. */
  maxRelayGasPerSlot: bigint
  /** Most that it may cost on one day (UTC), for all markets together. */
  maxRelayGasPerDay: bigint
  /** How long before the deadline a seller stops waiting for a release, and reports its delivery on chain. */
  reportMargin: bigint
  /** What holds for agreements of a domain instead. */
  domains: Readonly<Record<string, Partial<DomainPolicy>>>
}

/** What a policy may say of one domain: what its agreements are like, not how much an agent commits to in all. */
export type DomainPolicy = Pick<
  Policy,
  | 'exposurePercent'
  | 'minDuration'
  | 'maxDuration'
  | 'window'
  | 'penaltyBps'
  | 'lateBps'
  | 'lateLead'
  | 'splitBps'
  | 'arbitrators'
  | 'arbitrator'
>

const bigint = z.exactOptional(z.bigint())
const choice = z.exactOptional(membersOf<Choice>({ own: z.bigint(), least: z.bigint(), most: z.bigint() }))

const domainPolicy = {
  exposurePercent: bigint,
  minDuration: bigint,
  maxDuration: bigint,
  window: choice,
  penaltyBps: choice,
  lateBps: choice,
  lateLead: choice,
  splitBps: choice,
  arbitrators: z.exactOptional(z.array(addressSchema)),
  arbitrator: z.exactOptional(addressSchema),
}

export const policySchema = membersOf<Partial<Policy>>({
  ...domainPolicy,
  maxPayment: bigint,
  maxCommitted: bigint,
  maxLiveDeals: z.exactOptional(z.number()),
  maxOffersPerPeer: z.exactOptional(z.number()),
  offerLife: bigint,
  maxRelayFee: bigint,
  maxRelayGasPerSlot: bigint,
  maxRelayGasPerDay: bigint,
  reportMargin: bigint,
  domains: z.exactOptional(z.record(z.string(), membersOf<Partial<DomainPolicy>>(domainPolicy))),
})

/**
 * Agreements about rides. An exposure of twice the payment makes a driver that cancels compensate its rider for as much as
 * a rider that cancels its driver, since half of what is slashed is burned.
 */
const RIDE_POLICY: Partial<DomainPolicy> = {
  exposurePercent: 200n,
  maxDuration: 12n * 3600n,
  window: { own: 600n, least: 60n, most: 24n * 3600n },
  penaltyBps: { own: 2_000n, least: 0n, most: 5_000n },
  lateBps: { own: 1_000n, least: 0n, most: 5_000n },
  lateLead: { own: 300n, least: 0n, most: 3600n },
}

/** Careful defaults for small trades; an owner sets its own. */
export const defaultPolicy: Policy = {
  maxPayment: 10_000_000n,
  maxCommitted: 50_000_000n,
  maxLiveDeals: 500,
  maxOffersPerPeer: 64,
  exposurePercent: 100n,
  offerLife: 15n,
  minDuration: 30n,
  maxDuration: 24n * 3600n,
  window: { own: 3600n, least: 60n, most: 24n * 3600n },
  penaltyBps: { own: 1_000n, least: 0n, most: 2_000n },
  lateBps: { own: 0n, least: 0n, most: 2_000n },
  lateLead: { own: 0n, least: 0n, most: 24n * 3600n },
  splitBps: { own: 5_000n, least: 5_000n, most: 5_000n },
  arbitrators: [],
  maxRelayFee: 0n,
  maxRelayGasPerSlot: 20_000_000_000_000_000n,
  maxRelayGasPerDay: 200_000_000_000_000_000n,
  reportMargin: 90n,
  domains: { ride: RIDE_POLICY },
}

/** A whole policy from what an owner says of it; of a domain, too, it says only what is different. */
export function policyOf(own: Partial<Policy> = {}): Policy {
  const domains = { ...defaultPolicy.domains }
  for (const [domain, policy] of Object.entries(own.domains ?? {})) {
    domains[domain] = { ...domains[domain], ...policy }
  }
  return { ...defaultPolicy, ...own, domains }
}

/** What a policy says of agreements of a domain. */
export function policyFor(policy: Policy, domain: string): Policy {
  return { ...policy, ...(Object.hasOwn(policy.domains, domain) ? policy.domains[domain] : {}) }
}

/**
 * Checks that others can accept what a policy makes of offers.
 *
 * @throws ConfigError `POLICY_INVALID`
 */
export function checkPolicy(policy: Policy): void {
  checkRanges(policy, 'policy')
  for (const domain of Object.keys(policy.domains)) {
    checkRanges(policyFor(policy, domain), `policy.domains.${domain}`)
  }
}

function checkRanges(policy: Policy, path: string): void {
  const ranges: [string, Choice, bigint][] = [
    ['offerLife', { own: policy.offerLife, least: 1n, most: BigInt(MAX_OFFER_LIFE) }, BigInt(MAX_OFFER_LIFE)],
    ['window', policy.window, BigInt(MAX_WINDOW)],
    ['penaltyBps', policy.penaltyBps, 10_000n],
    ['lateBps', policy.lateBps, 10_000n],
    // To cancel late cannot cost more than later: nobody accepts that.
    ['lateBps', { ...policy.lateBps, most: policy.penaltyBps.own }, 10_000n],
    ['lateLead', policy.lateLead, MAX_TIME],
    ['splitBps', policy.splitBps, 10_000n],
  ]
  for (const [field, { own, least, most }, limit] of ranges) {
    if (0n <= least && least <= own && own <= most && most <= limit) continue
    throw new ConfigError('POLICY_INVALID', 'The policy makes offers that nobody accepts.', {
      field: `${path}.${field}`,
      expected: `0 <= least <= own <= most <= ${limit}`,
      received: `least ${least}, own ${own}, most ${most}`,
      remedy: 'Change the policy, or leave this out of it for the default.',
    })
  }
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
      remedy: 'Wait until some have ended, or raise the limit in the policy.',
    })
  }
  if (next.role !== 'buyer') return
  const cost = costOf(next.agreement)
  const committed = live.reduce(
    (sum, deal) => sum + (deal.role === 'buyer' ? costOf(deal.agreement) : 0n),
    0n,
  )
  const [field, limit, amount] =
    cost > policy.maxPayment
      ? ['policy.maxPayment', policy.maxPayment, cost]
      : ['policy.maxCommitted', policy.maxCommitted, committed + cost]
  if (amount <= limit) return
  throw new RefusedError('SPENDING_LIMIT', 'A purchase is over the spending limit.', {
    field,
    expected: `at most ${limit}`,
    received: amount,
    remedy: 'Raise the limit in the policy, or wait until open agreements have ended.',
  })
}
