/** Seconds over which what was learnt of errors fades to 1/e. */
const MEMORY = 45_000
/** How much it takes to distrust the model, in squared deviations of the home's scale. */
const TRUST = 2

/**
 * Combines a model's forecasts with simple ones, walking forward: each is moved towards the simple one by as much as would
 * have been best for those before it whose readings are known by then. So where a week is unlike those that a model was
 * trained on, it is not believed for long.
 *
 * The weight is that of least squares, w = Σ (y - p)(m - p) / Σ (m - p)² of measured y, model m and simple forecast p, between
 * 0 and 1, with older errors discounted, and the model trusted at first.
 *
 * Source: Bates and Granger, "The combination of forecasts" (Operational Research Quarterly 20, 1969).
 *
 * @param model forecasts of slots in their sequence, on the home's scale
 * @param simple forecasts of the same slots that need no model
 * @param measured what the slots were, of as many as are known; later ones are not looked at before their time
 * @param horizon slots from the latest reading that is known to the slot that is forecast
 * @param slotSeconds length of a slot
 *
 * @example
 * ```ts
 * combine([1, 1], [0, 0], [0, 0], 1, 900)[1] // 0.67: all of the first move was wrong
 * ```
 */
export function combine(
  model: ArrayLike<number>,
  simple: ArrayLike<number>,
  measured: ArrayLike<number>,
  horizon: number,
  slotSeconds: number,
): Float64Array {
  const discount = Math.exp(-slotSeconds / MEMORY)
  let [product, square] = [0, 0]
  return Float64Array.from({ length: model.length }, (_, slot) => {
    const known = slot - horizon
    if (known >= 0) {
      const moved = (model[known] ?? 0) - (simple[known] ?? 0)
      product = discount * product + ((measured[known] ?? 0) - (simple[known] ?? 0)) * moved
      square = discount * square + moved * moved
    }
    const weight = Math.max(0, Math.min(1, (TRUST + product) / (TRUST + square)))
    return (simple[slot] ?? 0) + weight * ((model[slot] ?? 0) - (simple[slot] ?? 0))
  })
}
