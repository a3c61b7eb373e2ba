import { checkUpdates, finite, positive, wholeNumber } from './checks.ts'
import { distance } from './distances.ts'
import type { AggregationOptions, Vector } from './rule.ts'
import { startOf } from './start.ts'

const RADIUS = 10
const ITERATIONS = 1

/**
 * Centred clipping: from a start, each update draws towards itself, by at most the radius; the mean of these differences is
 * the step. An update of a Byzantine sender moves the result by at most radius / n in each iteration, which is all that is
 * promised: the start and the radius have to be of the right size, and the start is best the aggregate of before.
 *
 * Source: Karimireddy, He and Jaggi, "Learning from history for Byzantine robust optimization" (2021).
 *
 * @param updates as {@link Aggregate} has them, which says what is thrown, too
 *
 * @example
 * ```ts
 * centredClipping([Float64Array.of(2, 0), Float64Array.of(0, 400)], { radius: 4 }) // [1, 2]
 * ```
 */
export function centredClipping(
  updates: readonly Vector[],
  options: Pick<AggregationOptions, 'start' | 'radius' | 'iterations'>,
): Float64Array {
  checkUpdates(updates)
  const radius = positive('radius', options.radius ?? RADIUS)
  const iterations = wholeNumber('iterations', options.iterations ?? ITERATIONS, 1)
  const centre = startOf(updates, options.start)
  for (let i = 0; i < iterations; i++) clippedStep(updates, centre, radius)
  return finite(centre)
}

/** Moves the centre by the mean of the clipped differences. */
function clippedStep(updates: readonly Vector[], centre: Float64Array, radius: number): void {
  const shares = updates.map((update) => Math.min(1, radius / distance(update, centre)) / updates.length)
  const before = Float64Array.from(centre)
  for (const [index, update] of updates.entries()) {
    const share = shares[index] ?? 0
    for (let i = 0; i < centre.length; i++) {
      centre[i] = (centre[i] ?? 0) + share * ((update[i] ?? 0) - (before[i] ?? 0))
    }
  }
}
