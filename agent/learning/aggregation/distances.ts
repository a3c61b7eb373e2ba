import { forEachBlock } from './blocks.ts'
import type { Vector } from './rule.ts'

/**
 * Squared Euclidean distances between all updates, each as the sum of squared differences. The expansion
 * |a|² - 2ab + |b|² would take fewer operations and lose all digits between updates that lie close together.
 *
 * @returns a symmetric matrix, row by row
 */
export function squaredDistances(updates: readonly Vector[]): Float64Array[] {
  const distances = updates.map(() => new Float64Array(updates.length))
  forEachBlock(updates, (rows) => {
    for (let i = 1; i < rows.length; i++) {
      for (let j = 0; j < i; j++) {
        const sum = squaredDistance(rows[i] ?? new Float64Array(), rows[j] ?? new Float64Array())
        for (const [a, b] of [
          [i, j],
          [j, i],
        ] as const) {
          const row = distances[a]
          if (row !== undefined) row[b] = (row[b] ?? 0) + sum
        }
      }
    }
  })
  return distances
}

/** Sum of the squared differences of two vectors of one length. */
export function squaredDistance(a: Vector, b: Vector): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    sum += difference * difference
  }
  return sum
}

/** For each update the others, from the nearest to the farthest; of equally far ones the first comes first. */
export function neighboursOf(distances: readonly Float64Array[]): number[][] {
  return distances.map((row, self) => {
    const others = Array.from(row.keys()).filter((other) => other !== self)
    return others.sort((a, b) => compare(row[a] ?? 0, row[b] ?? 0))
  })
}

/** The sequence of two numbers, of which both may be infinite. */
export function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0
}
