/** Largest magnitude of a quantised value: the range is symmetric, so that nothing is biased. */
const LEVELS = 127

/** Values as whole multiples of a scale. */
export interface Quantised {
  readonly values: Int8Array
  /** What one level stands for, a 32-bit float of at least 0. */
  readonly scale: number
}

/**
 * Quantises values to 8 bits: each to a whole multiple, from -127 to 127, of the largest magnitude divided by 127.
 * Without `draw` to the nearest, off by at most half a scale; with it to the next below or above, by lot, such that the
 * mean is the value itself, and off by less than a scale.
 *
 * Source: Alistarh, Grubic, Li, Tomioka and Vojnovic, "QSGD: communication-efficient SGD via gradient quantization and
 * encoding" (NeurIPS 2017), section 3.1 with 127 levels, scaled by the largest magnitude in place of the 2-norm.
 *
 * @param values finite
 * @param draw uniform numbers from 0 to below 1
 *
 * @example
 * ```ts
 * quantise(Float64Array.of(1.27, -0.004, 0.5)) // values [127, 0, 50], scale 0.01
 * ```
 */
export function quantise(values: Float64Array, draw?: () => number): Quantised {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const scale = Math.fround(largest / LEVELS)
  // Numbers so small that their 127th part is 0 in 32 bits are nothing.
  if (scale === 0) return { values: new Int8Array(values.length), scale }
  const level = (value: number) => Math.floor(value / scale + (draw === undefined ? 0.5 : draw()))
  // The scale may have been rounded down.
  const bounded = (value: number) => Math.min(Math.max(level(value), -LEVELS), LEVELS)
  return { values: Int8Array.from(values, bounded), scale }
}

/** What quantised values stand for. */
export function dequantise({ values, scale }: Quantised): Float32Array {
  return Float32Array.from(values, (value) => value * scale)
}
