/**
 * Places of the values that are largest in magnitude, in ascending sequence; of those that are alike, the first.
 *
 * Source: Stich, Cordonnier and Jaggi, "Sparsified SGD with memory" (NeurIPS 2018), definition 2.1.
 *
 * @param values finite
 * @param count how many places, from 1 to as many as there are values
 *
 * @example
 * ```ts
 * topK(Float32Array.of(1, -3, 2, 3), 2) // [1, 3]
 * ```
 */
export function topK(values: Float64Array, count: number): Int32Array {
  const magnitudes = values.map(Math.abs).sort()
  const threshold = magnitudes[values.length - count] ?? 0
  const isAbove = (value: number | undefined) => Math.abs(value ?? 0) > threshold
  // As many of those at the threshold as there is room for.
  let atThreshold = count
  for (const value of values) if (isAbove(value)) atThreshold -= 1
  const places = new Int32Array(count)
  let found = 0
  for (let place = 0; found < count; place++) {
    const value = values[place]
    if (isAbove(value) || (Math.abs(value ?? 0) === threshold && atThreshold-- > 0)) places[found++] = place
  }
  return places
}
