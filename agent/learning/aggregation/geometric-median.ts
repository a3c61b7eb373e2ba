import { checkUpdates, finite, positive, wholeNumber } from './checks.ts'
import { median, medianOf } from './coordinate-wise.ts'
import { distance } from './distances.ts'
import { weightedMean } from './mean.ts'
import type { AggregationOptions, Vector } from './rule.ts'
import { startOf } from './start.ts'

const RFA_ITERATIONS = 8
const RFA_SMOOTHING = 0.1

/** Smoothing of the geometric median, as a share of the median distance between the updates and where it begins. */
const SMOOTHING = 1e-8
/** A step that is shorter than this share of the same distance is the last. */
const LAST_STEP = 1e-12
const MAX_ITERATIONS = 1_000

/**
 * Robust federated aggregation: a given number of steps towards the geometric median, by the smoothed Weiszfeld algorithm.
 * All updates count the same, for the examples that they should be weighted by are the sender's word.
 *
 * Source: Pillutla, Kakade and Harchaoui, "Robust aggregation for federated learning" (2022).
 *
 * @param updates as {@link Aggregate} has them, which says what is thrown, too
 *
 * @example
 * ```ts
 * const updates = [Float64Array.of(0), Float64Array.of(0), Float64Array.of(9)]
 * rfa(updates, { iterations: 1, smoothing: 1 }) // [9 * (1 / 9) / (1 + 1 + 1 / 9)], which is [0.4737]
 * ```
 */
export function rfa(
  updates: readonly Vector[],
  options: Pick<AggregationOptions, 'start' | 'iterations' | 'smoothing'>,
): Float64Array {
  checkUpdates(updates)
  const smoothing = positive('smoothing', options.smoothing ?? RFA_SMOOTHING)
  const iterations = wholeNumber('iterations', options.iterations ?? RFA_ITERATIONS, 1)
  let point = startOf(updates, options.start)
  for (let i = 0; i < iterations; i++) point = weiszfeldStep(updates, point, smoothing)
  return finite(point)
}

/**
 * The geometric median: the point with the least sum of distances to the updates. While fewer than half of the updates are
 * Byzantine, it stays within a bounded distance of the others.
 *
 * Weiszfeld's algorithm from the coordinate-wise median, until a step is shorter than 1e-12 of the distance that half of
 * the updates have from there, at most 1000 steps. That takes a few dozen; where it takes all of them, the sum of
 * distances is within O(1/1000) of the least (Pillutla et al., 2022). Where the updates lie on one line and several
 * points have the least sum, it is one of them.
 *
 * @param updates as {@link Aggregate} has them, which says what is thrown, too
 *
 * @example
 * ```ts
 * geometricMedian([Float64Array.of(0, 0), Float64Array.of(0, 0), Float64Array.of(3, 4)]) // [0, 0]
 * ```
 */
export function geometricMedian(updates: readonly Vector[]): Float64Array {
  let point = median(updates)
  const distances = updates.map((update) => distance(update, point))
  const scale = medianOf(Float64Array.from(distances).sort())
  // Most of the updates are this point, which nothing else outweighs.
  if (scale === 0) return point
  for (let i = 0; i < MAX_ITERATIONS; i++) {
    const next = weiszfeldStep(updates, point, scale * SMOOTHING)
    const step = distance(next, point)
    point = next
    if (!(step > scale * LAST_STEP)) break
  }
  return finite(point)
}

/** The mean of the updates, each weighted by the inverse of its distance from a point, or of the smoothing if that is more. */
function weiszfeldStep(updates: readonly Vector[], point: Float64Array, smoothing: number): Float64Array {
  const weights = updates.map((update) => 1 / Math.max(distance(update, point), smoothing))
  return weightedMean(updates, weights)
}
