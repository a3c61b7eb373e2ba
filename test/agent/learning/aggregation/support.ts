import fc from 'fast-check'
import type { AggregationOptions } from '../../../../agent/index.ts'

/** Updates between -1 and 1 of a round that every rule takes, with the settings for it. */
export interface Round {
  updates: Float64Array[]
  options: AggregationOptions & { f: number }
}

/**
 * Rounds of 7 to 15 updates, at most a quarter of them Byzantine. The values are drawn by a seed, for those that
 * fast-check favours would tie, and a tie may be decided by the sequence.
 */
export const round: fc.Arbitrary<Round> = fc
  .record({ n: fc.integer({ min: 7, max: 15 }), d: fc.integer({ min: 1, max: 5 }), seed: fc.integer() })
  .chain(({ n, d, seed }) => {
    const next = uniform(seed)
    const updates = Array.from({ length: n }, () => Float64Array.from({ length: d }, next))
    return fc.record({ f: fc.integer({ min: 1, max: Math.floor((n - 3) / 4) }) }).map(({ f }) => ({
      updates,
      options: { f, numExamples: updates.map((_, i) => 1 + i), start: 'mean', smoothing: 0.1, radius: 0.5 },
    }))
  })

/** A permutation of so many places. */
export function permutation(count: number): fc.Arbitrary<number[]> {
  const places = Array.from({ length: count }, (_, i) => i)
  return fc.shuffledSubarray(places, { minLength: count, maxLength: count })
}

/** Mean of vectors of which all count the same, by its definition. */
export function meanOf(vectors: readonly Float64Array[]): Float64Array {
  const length = vectors[0]?.length ?? 0
  return Float64Array.from(
    { length },
    (_, i) => vectors.reduce((sum, each) => sum + at(each, i), 0) / vectors.length,
  )
}

/** Euclidean distance. */
export function apart(a: Float64Array, b: Float64Array): number {
  return Math.hypot(...a.map((value, i) => value - at(b, i)))
}

export function at(values: ArrayLike<number>, place: number): number {
  return values[place] ?? Number.NaN
}

/** Numbers between -1 and 1; the linear congruential generator of Numerical Recipes. */
function uniform(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 31 - 1
  }
}
