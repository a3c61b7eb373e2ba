import { addScaled, dot } from '../kernels.ts'
import { normalDraws } from '../random.ts'
import type { Attack } from './attack.ts'
import { momentsOf } from './moments.ts'

/** Rounds in which the attackers look for whom to copy. */
const WARM_UP = 5

/**
 * Mimic: all attackers send what one honest client does, so that it counts for many, and a defence that leaves out what is
 * rare leaves out others who are honest but know different examples. Whom they copy is the one that lies farthest along the
 * direction in which the honest differ most, learnt by Oja's rule in the first rounds; then they stay with it.
 *
 * Source: Karimireddy, He and Jaggi, "Byzantine-robust learning on heterogeneous datasets via bucketing" (ICLR 2022),
 * section 3.2; https://github.com/epfml/byzantine-robust-noniid-optimizer.
 *
 * @param draw uniform numbers from 0 to below 1, for the direction to begin with
 *
 * @example
 * ```ts
 * mimic(uniformDraws(1)).corrupt?.({ honest, own, lastChange }) // for each attacker, a copy of one of the honest updates
 * ```
 */
export function mimic(draw: () => number): Attack {
  const normal = normalDraws(draw)
  let round = 0
  let target = 0
  let direction: Float64Array = new Float64Array()
  let average: Float64Array = new Float64Array()
  return {
    corrupt({ honest, own }) {
      if (round < WARM_UP) {
        const { mean } = momentsOf(honest)
        if (round === 0) [direction, average] = [mean.map(() => normal()), mean]
        const kept = round / (round + 1)
        average = mean.map((value, i) => kept * (average[i] ?? 0) + (1 - kept) * value)
        const seen = unit(spreadAlong(direction, honest, average))
        direction = unit(direction.map((value, i) => kept * value + (1 - kept) * (seen[i] ?? 0)))
        target = farthest(direction, honest)
      }
      round += 1
      return own.map(() => honest[target]?.slice() ?? new Float32Array())
    },
  }
}

/** Covariance of the updates times a direction. */
function spreadAlong(
  direction: Float64Array,
  updates: readonly Float32Array[],
  average: Float64Array,
): Float64Array {
  const spread = new Float64Array(direction.length)
  for (const update of updates) {
    const difference = Float64Array.from(update)
    addScaled(-1, average, difference)
    addScaled(dot(difference, direction), difference, spread)
  }
  return spread
}

/** The same direction with a length of 1; where all are alike there is none, and it stays 0. */
function unit(vector: Float64Array): Float64Array {
  const length = Math.sqrt(dot(vector, vector))
  return length === 0 ? vector : vector.map((value) => value / length)
}

function farthest(direction: Float64Array, updates: readonly Float32Array[]): number {
  const places = updates.map((update) => dot(update, direction))
  return places.indexOf(Math.max(...places))
}
