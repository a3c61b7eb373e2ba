import type { LearningRule } from '../../protocol/learning.ts'

/** Aggregation as a task fixes it. */
export interface Aggregation {
  rule: LearningRule
  /** Trimmed mean: how many values are left out on each side. */
  trim: number
  /** Bound of a coordinate's absolute value, in units of the fixed point; positive, below 2^31. */
  clip: number
}

/** Most values of a coordinate: of so many, sums and quotients of 32-bit integers are exact in floating point. */
export const MAX_UPDATES = 64

/**
 * Aggregates the values that updates have at one coordinate: clips each to [-clip, clip], then takes the mean, the
 * median or the trimmed mean, rounded toward zero. What is too few to be trimmed as asked is trimmed down to one or
 * two values. Integers throughout, so everybody comes to the same bit, the contract included.
 *
 * Sources: coordinate-wise median and trimmed mean, Yin et al., "Byzantine-robust distributed learning: towards
 * optimal statistical rates" (2018), definitions 1 and 2.
 *
 * @param values 32-bit integers, in any order; at most {@link MAX_UPDATES}
 * @throws RangeError when there are none, or too many
 *
 * @example
 * ```ts
 * aggregateCoordinate([1, 2, -100], { rule: 'median', trim: 0, clip: 50 }) // 1
 * ```
 */
export function aggregateCoordinate(values: readonly number[], { rule, trim, clip }: Aggregation): number {
  if (values.length === 0 || values.length > MAX_UPDATES) {
    throw new RangeError(`from 1 to ${MAX_UPDATES} updates can be aggregated, not ${values.length}`)
  }
  const sorted = values.map((value) => Math.min(Math.max(value, -clip), clip)).sort((a, b) => a - b)
  const most = Math.floor((sorted.length - 1) / 2)
  const cut = rule === 'clipped-mean' ? 0 : rule === 'median' ? most : Math.min(trim, most)
  const kept = sorted.slice(cut, sorted.length - cut)
  const mean = Math.trunc(kept.reduce((sum, value) => sum + value, 0) / kept.length)
  return mean === 0 ? 0 : mean
}

/**
 * Aggregates whole updates, coordinate by coordinate.
 *
 * @param updates vectors of one length, in fixed point
 * @returns the aggregate, in the same fixed point
 * @throws RangeError when there are no updates, too many, or of different lengths
 *
 * @example
 * ```ts
 * aggregate([Int32Array.of(1, 4), Int32Array.of(3, 6)], { rule: 'clipped-mean', trim: 0, clip: 5 }) // [2, 4]
 * ```
 */
export function aggregate(updates: readonly Int32Array[], aggregation: Aggregation): Int32Array {
  const length = updates[0]?.length ?? 0
  if (updates.some((update) => update.length !== length)) {
    throw new RangeError('updates of different lengths cannot be aggregated')
  }
  if (updates.length === 0) throw new RangeError('no updates to aggregate')
  return Int32Array.from({ length }, (_, coordinate) =>
    aggregateCoordinate(
      updates.map((update) => update[coordinate] ?? 0),
      aggregation,
    ),
  )
}
