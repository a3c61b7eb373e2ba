import { forEachBlock } from './blocks.ts'
import { checkUpdates, finite, wholeNumber } from './checks.ts'
import type { AggregationOptions, Vector } from './rule.ts'

/** Up to so many values insertion is the fastest sort. */
const MAX_INSERTION = 48

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
  return finite(mapCoordinates(updates, medianOf))
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
  return finite(mapCoordinates(updates, (sorted) => meanBetween(sorted, cut, sorted.length - cut)))
}

/** How many values `trimmedMean` leaves out on each side for a proportion of the updates: rounded down. */
export function trimOf(proportion: number, count: number): number {
  return Math.floor(proportion * count)
}

/** A vector whose every coordinate follows from the sorted values that the updates have there. */
export function mapCoordinates(
  updates: readonly Vector[],
  reduce: (sorted: Float64Array) => number,
): Float64Array {
  const result = new Float64Array(updates[0]?.length ?? 0)
  const column = new Float64Array(updates.length)
  forEachBlock(updates, (rows, start) => {
    const size = rows[0]?.length ?? 0
    for (let i = 0; i < size; i++) {
      gatherSorted(rows, i, column)
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

/** Fills a column with the values of the rows at one place, in ascending order. */
function gatherSorted(rows: readonly Float64Array[], place: number, column: Float64Array): void {
  let filled = 0
  for (const row of rows) {
    const value = row[place] ?? 0
    let gap = filled++
    if (rows.length <= MAX_INSERTION) {
      for (; gap > 0 && (column[gap - 1] ?? 0) > value; gap--) column[gap] = column[gap - 1] ?? 0
    }
    column[gap] = value
  }
  if (rows.length > MAX_INSERTION) column.sort()
}
