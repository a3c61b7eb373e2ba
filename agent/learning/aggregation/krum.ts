import { atLeast, checkUpdates, finite, wholeNumber } from './checks.ts'
import { ascending, type Neighbours, neighboursAmong } from './distances.ts'
import { exampleWeights, pick, weightedMean } from './mean.ts'
import type { AggregationOptions, Vector } from './rule.ts'

/**
 * Krum: the one update whose nearest neighbours are nearest, so one of the updates itself.
 *
 * Source: Blanchard et al., "Machine learning with adversaries: Byzantine tolerant gradient descent" (2017).
 *
 * @param updates as {@link Aggregate} has them, which says what is thrown, too; at least 2f + 3
 *
 * @example
 * ```ts
 * krum([1, 2, 2.5, 3, 99].map((value) => Float64Array.of(value)), { f: 1 }) // [2.5]
 * ```
 */
export function krum(updates: readonly Vector[], { f }: Pick<AggregationOptions, 'f'>): Float64Array {
  const [best = 0] = lowestFirst(updates, { f })
  return Float64Array.from(updates[best] ?? [])
}

/**
 * Multi-Krum: the mean of the n - f updates with the lowest Krum scores.
 *
 * Source: Blanchard et al. (2017), as a variant. What is proven there holds for Krum.
 *
 * @param updates as {@link Aggregate} has them, which says what is thrown, too; at least 2f + 3
 *
 * @example
 * ```ts
 * multiKrum([1, 2, 2.5, 3, 99].map((value) => Float64Array.of(value)), { f: 1 }) // [2.125]
 * ```
 */
export function multiKrum(updates: readonly Vector[], { f }: Pick<AggregationOptions, 'f'>): Float64Array {
  return weightedMultiKrum(updates, { f, numExamples: updates.map(() => 1) })
}

/**
 * Multi-Krum whose mean is weighted by examples, as in {@link fedAvg}; the scores are not.
 *
 * @param updates as {@link Aggregate} has them, which says what is thrown, too; at least 2f + 3
 *
 * @example
 * ```ts
 * const updates = [1, 2, 2.5, 3, 99].map((value) => Float64Array.of(value))
 * weightedMultiKrum(updates, { f: 1, numExamples: [1, 1, 1, 5, 9] }) // [2.5625]
 * ```
 */
export function weightedMultiKrum(
  updates: readonly Vector[],
  options: Pick<AggregationOptions, 'f' | 'numExamples' | 'maxExamples'>,
): Float64Array {
  const selected = lowestFirst(updates, options).slice(0, updates.length - (options.f ?? 0))
  const weights = exampleWeights(updates.length, options)
  return finite(weightedMean(pick(updates, selected), pick(weights, selected)))
}

/**
 * Krum's scores: of each update the sum of the squared distances to its n - f - 2 nearest others.
 *
 * @param updates as {@link Aggregate} has them, which says what is thrown, too; at least 2f + 3
 *
 * @example
 * ```ts
 * krumScores([1, 2, 2.5, 3, 99].map((value) => Float64Array.of(value)), { f: 1 }) // [3.25, 1.25, 0.5, 1.25, …]
 * ```
 */
export function krumScores(updates: readonly Vector[], { f }: Pick<AggregationOptions, 'f'>): number[] {
  checkUpdates(updates)
  const byzantine = wholeNumber('f', f, 0)
  atLeast(updates.length, 2 * byzantine + 3, 'Krum', '2f + 3', byzantine)
  const neighbours = neighboursAmong(updates, byzantine)
  return updates.map((_, index) => scoreOf(neighbours, index, updates.length - byzantine - 2))
}

/** The places of the updates, from the lowest score to the highest. */
function lowestFirst(updates: readonly Vector[], options: Pick<AggregationOptions, 'f'>): number[] {
  return Array.from(updates.keys()).sort(ascending(krumScores(updates, options), updates))
}

/** Sum of the squared distances of an update to its `count` nearest neighbours. */
export function scoreOf({ distances, nearest }: Neighbours, index: number, count: number): number {
  const counted = nearest[index]?.slice(0, count) ?? []
  return counted.reduce((sum, neighbour) => sum + (distances[index]?.[neighbour] ?? 0), 0)
}
