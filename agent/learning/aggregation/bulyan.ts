import { atLeast, checkUpdates, finite, wholeNumber } from './checks.ts'
import { mapCoordinates, meanBetween, medianOf } from './coordinate-wise.ts'
import { ascending, neighboursAmong } from './distances.ts'
import { scoreOf } from './krum.ts'
import { pick } from './mean.ts'
import type { AggregationOptions, Vector } from './rule.ts'

/**
 * Bulyan of Krum: Krum chooses n - 2f updates, one after another and each out of those that are left; then each coordinate is
 * the mean of the n - 4f chosen values that are nearest to the median of the chosen. Of two values equally near the lower
 * counts.
 *
 * Source: El Mhamdi, Guerraoui and Rouault, "The hidden vulnerability of distributed learning in Byzantium" (2018).
 *
 * @param updates as {@link Aggregate} has them, which says what is thrown, too; at least 4f + 3
 *
 * @example
 * ```ts
 * bulyan([1, 2, 2, 2, 3, 3, 99].map((value) => Float64Array.of(value)), { f: 1 }) // [2]
 * ```
 */
export function bulyan(updates: readonly Vector[], { f }: Pick<AggregationOptions, 'f'>): Float64Array {
  checkUpdates(updates)
  const byzantine = wholeNumber('f', f, 0)
  atLeast(updates.length, 4 * byzantine + 3, 'Bulyan', '4f + 3', byzantine)
  const selected = pick(updates, select(updates, updates.length - 2 * byzantine, byzantine))
  const kept = selected.length - 2 * byzantine
  return finite(mapCoordinates(selected, (sorted) => meanAround(sorted, kept)))
}

/** Places of so many updates that are chosen by Krum, each out of those that are left. */
function select(updates: readonly Vector[], count: number, f: number): number[] {
  let neighbours = neighboursAmong(updates, f)
  const left = new Set(updates.keys())
  const selected: number[] = []
  while (selected.length < count) {
    // Towards the end f leaves none to compare with, and the nearest one decides.
    const compared = Math.max(left.size - f - 2, 1)
    const scores = updates.map((_, index) => scoreOf(neighbours, index, compared))
    const [best = 0] = Array.from(left).sort(ascending(scores, updates))
    left.delete(best)
    selected.push(best)
    const nearest = neighbours.nearest.map((others) => others.filter((other) => other !== best))
    neighbours = { ...neighbours, nearest }
  }
  return selected
}

/** The mean of the `count` sorted values that are nearest to their median. */
function meanAround(sorted: Float64Array, count: number): number {
  const centre = medianOf(sorted)
  const distanceAt = (place: number) => Math.abs((sorted[place] ?? Number.POSITIVE_INFINITY) - centre)
  let start = (sorted.length + 1) >> 1
  let end = start
  while (end - start < count) {
    if (distanceAt(start - 1) <= distanceAt(end)) start--
    else end++
  }
  return meanBetween(sorted, start, end)
}
