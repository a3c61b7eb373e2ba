import type { Standing } from '../../protocol/network-parameters.ts'
import { FULL_SCORE } from '../../protocol/score.ts'
import { type Address, paymentOf } from '../../protocol/types.ts'
import type { Deal } from './deal.ts'

/**
 * How another agent behaved. `settled`: it did its part. `failed`: it did not deliver, or not what was agreed. `silent`:
 * it had to be waited for to the end. `refused`: it contested what an arbitrator found to be good. `lied`: what it signed
 * about itself was found to be false.
 */
export type Conduct = 'settled' | 'failed' | 'silent' | 'refused' | 'lied'

/** How much of its value a conduct counts against an agent. */
const BLAME: Readonly<Record<Conduct, number>> = {
  settled: 0,
  silent: 0.25,
  refused: 0.5,
  failed: 1,
  lied: 2,
}

/** Value in minor units that the prior weighs: one token. Who has settled as much stands half-way between prior and 1. */
export const PRIOR_WEIGHT = 1_000_000
/** Most prior weights that what the chain says weighs, however many feedbacks there are: one's own eyes count at last. */
const MOST_CHAIN_WEIGHTS = 10
/** Where a key without an agent begins: below one that paid for its registration, or throwing a key away would pay. */
const STRANGER = 0.2
/** Time in seconds after which what was seen counts half: thirty days. */
export const HALF_LIFE = 30 * 24 * 3600

/** What an agent did, by value in minor units, as of a time. */
export interface Evidence {
  readonly good: number
  readonly bad: number
  /** Unix seconds. */
  readonly at: number
}

/** Evidence of which nothing is known. */
export const NO_EVIDENCE: Evidence = { good: 0, bad: 0, at: 0 }

/** Evidence as it counts at a later time: half after each half-life. What lies ahead counts whole. */
export function decayed({ good, bad, at }: Evidence, now: number): Evidence {
  const left = 0.5 ** (Math.max(0, now - at) / HALF_LIFE)
  return { good: good * left, bad: bad * left, at: Math.max(at, now) }
}

/**
 * Evidence after one more observation. A lie counts as if at least one token had been at stake.
 *
 * @param value minor units that were at stake
 * @param now Unix seconds
 */
export function observed(evidence: Evidence, conduct: Conduct, value: bigint, now: number): Evidence {
  const { good, bad, at } = decayed(evidence, now)
  const weight = conduct === 'lied' ? Math.max(Number(value), PRIOR_WEIGHT) : Number(value)
  return {
    good: conduct === 'settled' ? good + weight : good,
    bad: bad + BLAME[conduct] * weight,
    at,
  }
}

/**
 * One number for what is to be expected of an agent: the mean of what this one saw, by value, and of what the chain says.
 * The chain's score is the prior. It weighs one token, and one more for each feedback that counts, up to ten; it has a
 * prior of one half itself. A key that speaks for no agent begins at 0.2.
 *
 *     reputation = (good + w * score) / (good + bad + w),   w = one token * (1 + min(feedbacks, 9))
 *
 * Source: the beta reputation system (Josang and Ismail, 2002), with a base rate, weights by value, and forgetting.
 *
 * @param evidence as it counts now; see `decayed`
 * @returns from 0 to 1
 */
export function reputationOf(
  { good, bad }: Evidence,
  { agentId, score, feedbacks }: Pick<Standing, 'agentId' | 'score' | 'feedbacks'>,
): number {
  const prior = agentId === 0n ? STRANGER : Number(score) / Number(FULL_SCORE)
  const weight = PRIOR_WEIGHT * Math.min(1 + feedbacks, MOST_CHAIN_WEIGHTS)
  return (good + weight * prior) / (good + bad + weight)
}

/** What a deal that has ended says about its other side. */
export interface Observation {
  readonly agent: Address
  readonly conduct: Conduct
  /** Minor units. */
  readonly value: bigint
}

/**
 * What a deal says about its other side, once it has ended. Of one that was cancelled or never opened nothing: it does not
 * tell whose fault that was.
 */
export function observationsOf(deal: Deal): Observation[] {
  const { role, state, agreement, outcome, report, release } = deal
  const payment = paymentOf(agreement)
  const paid = outcome?.paid ?? 0n
  const agent = role === 'buyer' ? agreement.seller : agreement.buyer
  const observation = (conduct: Conduct, value: bigint) => (value > 0n ? [{ agent, conduct, value }] : [])
  const isWhole = paid >= payment
  if (role === 'seller') {
    if (state === 'resolved') return isWhole ? observation('refused', payment) : []
    // Silence has paid: nobody had signed a release.
    const wasSilent = report !== undefined && release === undefined
    return state === 'settled' ? observation(wasSilent ? 'silent' : 'settled', paid) : []
  }
  switch (state) {
    case 'settled':
      return [...observation('settled', paid), ...observation('failed', payment - paid)]
    case 'refunded':
      return observation('failed', payment)
    case 'resolved':
      return isWhole ? observation('settled', payment) : observation('failed', payment)
    default:
      return []
  }
}
