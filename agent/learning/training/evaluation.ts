import { withWorkspace } from '../kernels/workspace.ts'
import type { Vector } from '../kernels.ts'
import { checkExamples, type Examples, type Model } from '../models/index.ts'

/** Rows whose classes are told at a time, so that what is in between stays in a core's cache. */
const ROWS = 100

/**
 * The class of each row: the one of the largest score, the first of several; -1 where a score is NaN.
 *
 * @param scores rows × classes
 * @param classes positive
 *
 * @example
 * ```ts
 * classesOf(Float32Array.of(0, 2, 1, -1, -3, -2), 3) // [1, 0]
 * ```
 */
export function classesOf(scores: Vector, classes: number): Int32Array {
  return Int32Array.from({ length: scores.length / classes }, (_, row) => {
    const own = scores.subarray(row * classes, (row + 1) * classes)
    return own.indexOf(Math.max(...own))
  })
}

/**
 * Share of examples whose class a model tells; what is no number is told wrongly.
 *
 * @returns from 0 to 1
 * @throws ConfigError `SHAPE_MISMATCH`, `NOT_FINITE` when parameters do not fit, or examples cannot be used
 *
 * @example
 * ```ts
 * const examples = { rows: 2, inputs: Float32Array.of(1, 2), targets: Float32Array.of(0, 1) }
 * accuracy(softmaxRegression(1, 2), Float32Array.of(0, 1, 1, 0), examples) // 0.5: scores (1, 1) and (1, 2)
 * ```
 */
export function accuracy(model: Model, parameters: Vector, examples: Examples): number {
  checkExamples(model, examples)
  const most = Math.min(ROWS, examples.rows)
  const right = withWorkspace(model.size + most * model.inputs + model.scratch(most), (workspace) => {
    const isDouble = parameters instanceof Float64Array
    const inWorkspace = (values: Vector) => (isDouble ? values : workspace.copy(values))
    const own = inWorkspace(parameters)
    let count = 0
    for (let first = 0; first < examples.rows; first += most) {
      const targets = examples.targets.subarray(first, first + most)
      const given = examples.inputs.subarray(first * model.inputs, (first + most) * model.inputs)
      workspace.scope(() => {
        const found = classesOf(model.predict(own, inWorkspace(given)), model.outputs)
        count += found.filter((each, row) => each === targets[row]).length
      })
    }
    return count
  })
  return right / examples.rows
}
