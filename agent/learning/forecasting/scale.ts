/** How a home's energy becomes numbers around 0 with a spread of 1, so that homes of all sizes share one model. */
export interface Scale {
  /** Mean and standard deviation of the square roots of the energy per slot, in √Wh. */
  mean: number
  deviation: number
}

/**
 * The scale of a home: it stays with it, so what a federation learns says nothing of how much a home uses.
 *
 * The square root comes first because the spread of what a home uses grows with it: a kettle is noise at noon and not at
 * night. Errors on roots weigh both alike, and one oven does not outweigh a week.
 *
 * Source: Bartlett, "The square root transformation in analysis of variance" (1936).
 *
 * @param wh energy per slot, none negative; of what is always the same the deviation is taken for 1
 *
 * @example
 * ```ts
 * scaleOf(Float64Array.of(0, 100, 400)) // mean 10, deviation 8.16: of the roots 0, 10 and 20
 * ```
 */
export function scaleOf(wh: Float64Array): Scale {
  const roots = wh.map(Math.sqrt)
  const mean = roots.reduce((sum, root) => sum + root, 0) / roots.length
  // From the mean, not by squares: homes that hardly vary would lose their spread to rounding.
  const variance = roots.reduce((sum, root) => sum + (root - mean) ** 2, 0) / roots.length
  // What remains of a difference of equal numbers is rounding, no spread.
  return { mean, deviation: variance > 1e-20 * (1 + mean * mean) ? Math.sqrt(variance) : 1 }
}

/** A root of energy, in √Wh, on a home's scale. */
export function normalise(root: number, { mean, deviation }: Scale): number {
  return (root - mean) / deviation
}

/**
 * The energy of a number on a home's scale, in Wh; what would be below none is none.
 *
 * @example
 * ```ts
 * denormalise(normalise(Math.sqrt(250), scale), scale) // 250
 * ```
 */
export function denormalise(value: number, { mean, deviation }: Scale): number {
  return Math.max(0, value * deviation + mean) ** 2
}
