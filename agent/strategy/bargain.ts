import { concede, type Limits, type Tactic } from './concession.ts'

/** The built-in strategies; all are honest: they never trade beyond their limits and never bluff about quantity. */
export const STRATEGIES = {
  /** Opens at 70 percent and gives way steadily: most deals take two offers. */
  honest: { opening: 70, beta: 1 },
  /** Opens in the middle and gives way at once: quick, and not the best price. */
  eager: { opening: 50, beta: 3 },
  /** Asks for nearly everything and gives way late: better prices, more rounds. */
  patient: { opening: 90, beta: 0.4 },
} as const satisfies Record<string, Tactic>

/** Name of a built-in strategy. */
export type StrategyName = keyof typeof STRATEGIES

/** A quantity and a price. */
export interface Bid {
  /** In the capability's unit. */
  quantity: bigint
  /** Minor units per lot. */
  price: bigint
}

/** What to say to an offer. */
export type Answer = { type: 'accept' } | { type: 'counter'; proposal: Bid } | { type: 'none' }

/**
 * Answers an offer: takes it when its price is as good as what would be proposed next, and never more quantity than
 * there is use for.
 *
 * @param side of the agent that answers
 * @param offer the other side's, with its round
 * @param available quantity that is still wanted or to be had
 * @returns `none` when nothing is available
 *
 * @example
 * ```ts
 * const limits = { low: 80_000n, high: 300_000n }
 * answer('buy', limits, STRATEGIES.honest, { quantity: 500n, price: 150_000n, round: 1 }, 500n) // { type: 'accept' }
 * ```
 */
export function answer(
  side: 'buy' | 'sell',
  limits: Limits,
  tactic: Tactic,
  offer: Bid & { round: number },
  available: bigint,
): Answer {
  if (available <= 0n) return { type: 'none' }
  const own = concede(side, limits, tactic, offer.round + 1)
  const isGood = side === 'buy' ? offer.price <= own : offer.price >= own
  if (isGood && offer.quantity <= available) return { type: 'accept' }
  const quantity = offer.quantity < available ? offer.quantity : available
  return { type: 'counter', proposal: { quantity, price: isGood ? offer.price : own } }
}
