/** The arithmetic of `Scores.sol`: what feedback makes of an agent's score. */

/** What one owner's clients say of one agent. */
export interface Credit {
  /** Sum of the weights of their feedback, in units of weight. */
  readonly weight: bigint
  /** Sum of weight x rating, ratings in hundredths of a per cent. */
  readonly points: bigint
}

/** What a registry was deployed with, in units of weight. */
export interface ScoreRules {
  /** The most that one owner's feedback about an agent weighs. */
  readonly ownerCap: bigint
  /** What the prior weighs. */
  readonly priorWeight: bigint
}

/** Rating of an agent of which nothing is known, in hundredths of a per cent. */
const PRIOR_RATING = 5_000n
const BPS = 10_000n
/** A score of 1. */
export const FULL_SCORE = 10n ** 18n

/** Score of an agent of which nothing is known, whatever the prior weighs. */
export const PRIOR_SCORE = (PRIOR_RATING * FULL_SCORE) / BPS

/** Of whom nothing is known. */
export const NO_CREDIT: Credit = { weight: 0n, points: 0n }

/** What an owner contributes to an agent's score: at most the cap, at its mean rating, rounded down. */
export function capped({ weight, points }: Credit, { ownerCap }: Pick<ScoreRules, 'ownerCap'>): Credit {
  return weight <= ownerCap ? { weight, points } : { weight: ownerCap, points: (points * ownerCap) / weight }
}

/**
 * The weighted mean of all that counts and of the prior.
 *
 * @param tally what all owners contribute, each capped
 * @returns from 0n to {@link FULL_SCORE}, rounded down
 * @example scoreOf(NO_CREDIT, { ownerCap: 100_000n, priorWeight: 1_000_000n }) // 5n * 10n ** 17n
 */
export function scoreOf(
  { weight, points }: Credit,
  { priorWeight }: Pick<ScoreRules, 'priorWeight'>,
): bigint {
  return ((points + priorWeight * PRIOR_RATING) * FULL_SCORE) / ((weight + priorWeight) * BPS)
}
