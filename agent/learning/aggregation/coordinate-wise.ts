import { forEachBlock } from './blocks.ts'
import { checkUpdates, finite, wholeNumber } from './checks.ts'
import type { AggregationOptions, Vector } from './rule.ts'

/**
 * Coordinate-wise median; of an even number of updates the mean of the two in the middle. With fewer Byzantine updates than
 * others, every coordinate stays in the range of the others.
 *
 * Source: Yin et al., "Byzantine-robust distributed learning: towards optimal statistical rates" (2018), definition 1.
 *
 * @param updates as {@link Aggregate} has them, which says what is thrown, too
 *
 * @example
 * ```ts
 * median([Float64Array.of(1, 4), Float64Array.of(2, 5), Float64Array.of(-1e9, 6)]) // [1, 5]
 * ```
 */
export function median(updates: readonly Vector[]): Float64Array {
  checkUpdates(updates)
  const middle = (updates.length - 1) >> 1
  return finite(meanOfSorted(updates, middle, updates.length - middle))
}

/**
 * Coordinate-wise trimmed mean: the mean of what is left of each coordinate without its `trim` smallest and `trim` largest
 * values. With at most `trim` Byzantine updates, every coordinate stays in the range of the others.
 *
 * Source: Yin et al. (2018), definition 2.
 *
 * @param updates as {@link Aggregate} has them, which says what is thrown, too; more than twice `trim`
 *
 * @example
 * ```ts
 * trimmedMean([1, 2, 4, 1e9].map((value) => Float64Array.of(value)), { trim: 1 }) // [3]
 * ```
 */
export function trimmedMean(
  updates: readonly Vector[],
  { f, trim = f }: Pick<AggregationOptions, 'f' | 'trim'>,
): Float64Array {
  checkUpdates(updates)
  const cut = wholeNumber('trim', trim, 0, Math.floor((updates.length - 1) / 2))
  return finite(meanOfSorted(updates, cut, updates.length - cut))
}

/** How many values `trimmedMean` leaves out on each side for a proportion of the updates: rounded down. */
export function trimOf(proportion: number, count: number): number {
  return Math.floor(proportion * count)
}

/** The mean of the values that stand from `start` to before `end` once those of each coordinate are sorted. */
function meanOfSorted(updates: readonly Vector[], start: number, end: number): Float64Array {
  const mean = new Float64Array(updates[0]?.length ?? 0)
  forEachBlock(updates, ({ matrix, width, rows, sum, start: place, kernels }) => {
    kernels.sort(matrix, width)
    for (const row of rows.slice(start, end)) kernels.addScaled(1, row, sum)
    mean.set(sum, place)
  })
  for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] ?? 0) / (end - start)
  return mean
}

/** A vector whose every coordinate follows from the sorted values that the updates have there. */
export function mapCoordinates(
  updates: readonly Vector[],
  reduce: (sorted: Float64Array) => number,
): Float64Array {
  const result = new Float64Array(updates[0]?.length ?? 0)
  const column = new Float64Array(updates.length)
  forEachBlock(updates, ({ matrix, width, start, length, kernels }) => {
    kernels.sort(matrix, width)
    for (let i = 0; i < length; i++) {
      for (let row = 0; row < column.length; row++) column[row] = matrix[row * width + i] ?? 0
      result[start + i] = reduce(column)
    }
  })
  return result
}

/** The median of sorted values. */
export function medianOf(sorted: Float64Array): number {
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** The mean of the values from `start` to before `end`. */
export function meanBetween(values: Float64Array, start: number, end: number): number {
  let sum = 0
  for (let i = start; i < end; i++) sum += values[i] ?? 0
  return sum / (end - start)
}
