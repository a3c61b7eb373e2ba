import { atLeast, checkUpdates, wholeNumber } from './checks.ts'
import { neighboursAmong } from './distances.ts'
import { meanOf, pick } from './mean.ts'
import type { AggregationOptions, Vector } from './rule.ts'

/**
 * Nearest-neighbour mixing, in front of a rule: each update becomes the mean of the n - f updates that are nearest to it,
 * itself among them. It makes honest updates alike that differ because their data do.
 *
 * Source: Allouah et al., "Fixing by mixing: a recipe for optimal Byzantine ML under heterogeneity" (2023).
 *
 * @param updates as {@link Aggregate} has them, which says what is thrown, too; at least 2f + 1
 * @returns as many as there were
 *
 * @example
 * ```ts
 * mixNearestNeighbours([1, 2, 99].map((value) => Float64Array.of(value)), { f: 1 }) // [[1.5], [1.5], [50.5]]
 * ```
 */
export function mixNearestNeighbours(
  updates: readonly Vector[],
  { f }: Pick<AggregationOptions, 'f'>,
): Float64Array[] {
  checkUpdates(updates)
  const byzantine = wholeNumber('f', f, 0)
  atLeast(updates.length, 2 * byzantine + 1, 'Nearest-neighbour mixing', '2f + 1', byzantine)
  return neighboursAmong(updates, byzantine).nearest.map((others, index) => {
    return meanOf(pick(updates, [index, ...others.slice(0, updates.length - byzantine - 1)]))
  })
}
