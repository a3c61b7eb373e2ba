import type { Vector } from '../kernels.ts'
import { checkFinite, checkLength } from './checks.ts'

/** What a model learns from, row by row. */
export interface Examples {
  readonly rows: number
  /** rows × inputs of the model. */
  readonly inputs: Vector
  /** rows × targets of the model: numbers of a regression, or the class of each row, from 0. */
  readonly targets: Vector
}

/** A function with parameters, all of which stand in one vector, so that updates of it can be sent and aggregated. */
export interface Model {
  /** Number of parameters. */
  readonly size: number
  /** Values per row: what goes in, what comes out, and what the loss compares it with. */
  readonly inputs: number
  readonly outputs: number
  readonly targets: number
  /** Most values that `differentiate` and `predict` make of so many rows, besides what they are given: so much memory they need. */
  scratch(rows: number): number
  /**
   * Parameters to begin with.
   *
   * @param draw uniform numbers from 0 to below 1; the same ones give the same parameters
   */
  initialise(draw: () => number): Float32Array
  /**
   * Mean loss over examples.
   *
   * @throws ConfigError `SHAPE_MISMATCH` when parameters or examples do not fit, `CLASS_INVALID` when a target is no class
   */
  loss(parameters: Vector, examples: Examples): number
  /**
   * Mean loss over examples, and its gradient.
   *
   * @param gradient is overwritten; as long and as precise as the parameters
   * @throws as {@link Model.loss}
   */
  differentiate(parameters: Vector, examples: Examples, gradient: Vector): number
  /**
   * @param inputs rows × inputs
   * @returns rows × outputs: the numbers of a regression, or a score (logit) for each class
   * @throws ConfigError `SHAPE_MISMATCH` when parameters or inputs do not fit
   */
  predict(parameters: Vector, inputs: Vector): Vector
}

/**
 * Throws unless a model can learn from examples; what it costs is little for a whole set, and too much for each batch.
 *
 * @throws ConfigError `SHAPE_MISMATCH` when they do not fit or there are none, `NOT_FINITE`, `CLASS_INVALID`
 */
export function checkExamples(model: Model, examples: Examples): void {
  checkShape(model, examples)
  checkFinite('examples.inputs', examples.inputs)
  checkFinite('examples.targets', examples.targets)
}

/** @throws ConfigError `SHAPE_MISMATCH` unless the examples fit, and are one at least */
export function checkShape(
  model: Pick<Model, 'inputs' | 'targets'>,
  { rows, inputs, targets }: Examples,
): void {
  checkLength('examples.inputs', inputs, Math.max(rows, 1) * model.inputs)
  checkLength('examples.targets', targets, Math.max(rows, 1) * model.targets)
}
