/** Prices between which an agent trades, in minor units per lot. */
export interface Limits {
  /** What a seller gets elsewhere (energy: the feed-in price): it sells for no less. */
  low: bigint
  /** What a buyer pays elsewhere (energy: the retail price): it pays no more. */
  high: bigint
}

/** How an agent bargains. Shares are in percent of the way between the limits. */
export interface Tactic {
  /** Where it opens, in percent from its own limit to the other's: 100 asks for everything. */
  opening: number
  /** Shape of the way from opening to limit: 1 linear, above 1 gives way early, below 1 late. */
  beta: number
}

/** Number of the offer by which an agent is ready to go to its limit. */
export const LAST_ROUND = 6

/** Parts into which the way between the limits is divided. */
const SHARE_UNITS = 1e9

/**
 * Price that an agent proposes, or accepts, at a round: a time-dependent tactic from its opening to its limit.
 * Source: Faratin, Sierra, Jennings, "Negotiation decision functions for autonomous agents" (1998), section 4.1,
 * polynomial form.
 *
 * @param round number of the offer that would be made, from 1
 * @returns minor units per lot, between the limits; the agent's own limit when they leave nothing between them
 *
 * @example
 * ```ts
 * concede('sell', { low: 80_000n, high: 300_000n }, { opening: 70, beta: 1 }, 1) // 234_000n
 * ```
 */
export function concede(side: 'buy' | 'sell', { low, high }: Limits, tactic: Tactic, round: number): bigint {
  const time = Math.min(Math.max(round - 1, 0) / (LAST_ROUND - 1), 1)
  const share = (tactic.opening / 100) * (1 - time ** (1 / tactic.beta))
  // Prices are beyond what a floating-point number holds exactly, shares are not.
  const width = high > low ? high - low : 0n
  const gain = (width * BigInt(Math.round(share * SHARE_UNITS))) / BigInt(SHARE_UNITS)
  return side === 'sell' ? low + gain : high - gain
}
