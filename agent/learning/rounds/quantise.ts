import { ConfigError } from '../../../protocol/errors.ts'
import { notFinite, type Vector } from '../kernels.ts'

/**
 * An update in fixed point: each value times the scale, rounded to the nearest integer, and cut to [-clip, clip].
 *
 * @param update finite values
 * @param scale units of the fixed point in 1, positive
 * @param clip positive, below 2^31
 * @throws ConfigError `NOT_FINITE` when a value is NaN or infinite
 *
 * @example
 * ```ts
 * quantise(Float32Array.of(0.5, -3), 100, 200) // Int32Array [50, -200]
 * ```
 */
export function quantise(update: Vector, scale: number, clip: number): Int32Array {
  const index = notFinite(update)
  if (index >= 0) {
    throw new ConfigError('NOT_FINITE', 'An update has a value that is no finite number.', {
      field: `update[${index}]`,
      expected: 'a finite number',
      received: update[index],
      remedy: 'Learn in smaller steps: training has diverged.',
    })
  }
  return Int32Array.from(update, (value) => Math.min(Math.max(Math.round(value * scale), -clip), clip))
}

/**
 * The parameters that an aggregate makes of a model: base + aggregate / scale, each in float64, rounded to float32 once.
 *
 * @param base of the model that was updated
 * @param aggregate as many values in fixed point
 *
 * @example
 * ```ts
 * applyAggregate(Float32Array.of(1, 2), Int32Array.of(50, -200), 100) // Float32Array [1.5, 0]
 * ```
 */
export function applyAggregate(base: Float32Array, aggregate: Int32Array, scale: number): Float32Array {
  return base.map((value, i) => value + (aggregate[i] ?? 0) / scale)
}
