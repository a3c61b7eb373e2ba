import { checkFinite, checkLength } from '../models/checks.ts'
import { checkExamples, type Examples, type Model } from '../models/index.ts'

/** Farthest step, in lengths of the change. */
const FARTHEST = 64
/** How often the interval that has the lowest point is halved. */
const HALVINGS = 16

/** A model that was moved on along its last change. */
export interface Extrapolation {
  parameters: Float32Array
  /** By how many lengths of the change; 0 where a step would have made it worse. */
  step: number
}

/**
 * Moves a model on along its last change to where the loss is lowest in that direction: base + step * change, step >= 0.
 *
 * A requester does so before it opens the next round, by the loss on that round's hidden set. What the last change would
 * bring once more it then has for itself, and whoever sends that change again, without any training, is paid nothing for
 * it: the slope of the loss in that direction is 0, or upwards.
 *
 * The slope is computed in float64 along the line; where it is downwards still, the interval is doubled, up to 64 lengths, and
 * then halved (bisection of the slope: Nocedal and Wright, "Numerical optimization" (2006), section 3.5).
 *
 * @param base parameters of the model, with the last change in them
 * @param change as many values: by how much they changed
 * @param examples of which the mean loss counts
 * @throws ConfigError `SHAPE_MISMATCH`, `NOT_FINITE`, `CLASS_INVALID` when parameters, change or examples cannot be used
 *
 * @example
 * ```ts
 * const model = linearRegression(1) // of one input: a weight and a constant
 * const examples = { rows: 1, inputs: Float32Array.of(1), targets: Float32Array.of(6) }
 * extrapolate(model, Float32Array.of(1, 1), Float32Array.of(1, 1), examples).step // 2: 3 + 3 is 6
 * ```
 */
export function extrapolate(
  model: Model,
  base: Float32Array,
  change: Float32Array,
  examples: Examples,
): Extrapolation {
  checkLength('base', base, model.size)
  checkLength('change', change, model.size)
  checkFinite('base', base)
  checkFinite('change', change)
  checkExamples(model, examples)
  const gradient = new Float64Array(model.size)
  const at = (step: number) => Float64Array.from(base, (value, i) => value + step * (change[i] ?? 0))
  const most = model.loss(at(0), examples)
  // Beyond a rise it may go downwards again, from higher up.
  const isDownwards = (step: number) => {
    const loss = model.differentiate(at(step), examples, gradient)
    return loss <= most && change.reduce((slope, value, i) => slope + value * (gradient[i] ?? 0), 0) < 0
  }
  if (!isDownwards(0)) return { parameters: base.slice(), step: 0 }
  let [near, far] = [0, 1]
  while (far < FARTHEST && isDownwards(far)) [near, far] = [far, 2 * far]
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (near + far) / 2
    if (isDownwards(middle)) near = middle
    else far = middle
  }
  return { parameters: Float32Array.from(at(far)), step: far }
}
