import { forEachBlock } from './blocks.ts'
import { overflow } from './checks.ts'
import type { Vector } from './rule.ts'

/** Below it a sum of squares may have lost some of them. */
const LEAST_SQUARE = 1e-280

/**
 * How far updates are from one another: squared distances row by row, and for each update the others from the nearest to
 * the farthest.
 */
export interface Neighbours {
  distances: readonly Float64Array[]
  nearest: readonly number[][]
}

/**
 * The neighbours of each of the updates, of which up to f may be anything.
 *
 * @throws ConfigError `AGGREGATE_OVERFLOW` where not even n - f of them have n - f - 1 others at a distance that float64 holds
 */
export function neighboursAmong(updates: readonly Vector[], f: number): Neighbours {
  const distances = squaredDistances(updates)
  const nearest = distances.map((row, self) => {
    const others = Array.from(row.keys()).filter((other) => other !== self)
    return others.sort(ascending(row, updates))
  })
  const honest = updates.length - f
  const farthest = distances.map((row, self) => row[nearest[self]?.[honest - 2] ?? self] ?? 0)
  if (farthest.filter(Number.isFinite).length < honest) throw overflow()
  return { distances, nearest }
}

/**
 * Squared Euclidean distances between all updates, each as the sum of squared differences. The expansion
 * |a|² - 2ab + |b|² would take fewer operations and lose all digits between updates that lie close together.
 *
 * @returns a symmetric matrix, row by row
 */
function squaredDistances(updates: readonly Vector[]): Float64Array[] {
  const count = updates.length
  const distances = updates.map(() => new Float64Array(count))
  forEachBlock(updates, ({ matrix, width, kernels, pairs }) => {
    kernels.addSquaredDistances(matrix, width, pairs)
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < i; j++) {
        const sum = pairs[i * count + j] ?? 0
        add(distances[i], j, sum)
        add(distances[j], i, sum)
      }
    }
  })
  return distances
}

function add(row: Float64Array | undefined, place: number, value: number): void {
  if (row !== undefined) row[place] = (row[place] ?? 0) + value
}

/** Sum of the squared differences of two vectors of one length. */
function squaredDistance(a: Vector, b: Vector): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    sum += difference * difference
  }
  return sum
}

/** Euclidean distance of two vectors; where float64 does not hold its square, in units of the largest difference. */
export function distance(a: Vector, b: Vector): number {
  const squared = squaredDistance(a, b)
  if (squared > LEAST_SQUARE && squared < Number.POSITIVE_INFINITY) return Math.sqrt(squared)
  const differences = Float64Array.from(a, (value, i) => value - (b[i] ?? 0))
  const largest = differences.reduce((most, difference) => Math.max(most, Math.abs(difference)), 0)
  if (largest === 0) return 0
  return largest * Math.sqrt(differences.reduce((sum, difference) => sum + (difference / largest) ** 2, 0))
}

/**
 * Comparison of places by the values there. Of equal ones the update comes first that has the lower value where the two
 * first differ, so that who came first decides nothing.
 */
export function ascending(
  values: ArrayLike<number>,
  updates: readonly Vector[],
): (a: number, b: number) => number {
  return (a, b) => compare(values[a], values[b]) || compareVectors(updates[a], updates[b])
}

function compareVectors(a: Vector = new Float64Array(), b: Vector = new Float64Array()): number {
  const place = a.findIndex((value, i) => value !== b[i])
  return compare(a[place], b[place])
}

/** Unlike a difference it is right for two that are infinite. */
function compare(a = 0, b = 0): number {
  return a < b ? -1 : a > b ? 1 : 0
}
