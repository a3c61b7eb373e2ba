import { type Workspace, withWorkspace } from '../kernels/workspace.ts'
import { addScaled } from '../kernels.ts'
import { checkCount, checkFinite, checkLength, checkOption } from '../models/checks.ts'
import { checkExamples, type Examples, type Model, type Optimiser } from '../models/index.ts'
import { permutation } from '../random.ts'
import { copyRows } from './rows.ts'

/** How somebody learns from the examples that it has. */
export interface LocalTraining {
  /** How often it goes through all of them, each time in another sequence. */
  epochs: number
  /** Examples per step; the last step of an epoch may have fewer. */
  batchSize: number
  optimiser: Optimiser
  /**
   * FedProx: how strongly it is held back to where it began, at least 0: half of this times the squared distance is added to
   * the loss. By default 0, which is FedAvg.
   *
   * Source: Li, Sahu, Zaheer, Sanjabi, Talwalkar and Smith, "Federated optimization in heterogeneous networks" (MLSys 2020),
   * equation 2.
   */
  proximal?: number
}

/**
 * Trains a model on examples.
 *
 * @param start parameters to begin with; they stay as they are
 * @param draw uniform numbers from 0 to below 1, by which the examples are shuffled
 * @returns the parameters after the last step; not finite where the training diverged
 * @throws ConfigError `OPTION_INVALID` unless epochs and batch size are positive integers and the proximal term is finite
 *   and not negative, `SHAPE_MISMATCH`, `NOT_FINITE`,
 *   `CLASS_INVALID` when parameters or examples cannot be used
 *
 * @example
 * ```ts
 * const model = linearRegression(1)
 * const examples = { rows: 2, inputs: Float32Array.of(0, 1), targets: Float32Array.of(1, 3) }
 * const local = { epochs: 200, batchSize: 2, optimiser: sgd(0.3) }
 * train(model, new Float32Array(2), examples, local, uniformDraws(1)) // about [2, 1]: 2 x + 1
 * ```
 */
export function train(
  model: Model,
  start: Float32Array,
  examples: Examples,
  local: LocalTraining,
  draw: () => number,
): Float32Array {
  const { epochs, batchSize, optimiser, proximal = 0 } = local
  checkCount('epochs', epochs)
  checkCount('batchSize', batchSize)
  checkOption(
    'proximal',
    proximal,
    Number.isFinite(proximal) && proximal >= 0,
    'a finite number of at least 0',
  )
  checkLength('parameters', start, model.size)
  checkFinite('parameters', start)
  checkExamples(model, examples)
  const rows = Math.min(batchSize, examples.rows)
  const { averages } = optimiser.start(start)
  const values =
    (3 + averages.length) * model.size + rows * (model.inputs + model.targets) + model.scratch(rows)
  return withWorkspace(values, (workspace) => trainIn(workspace, model, start, examples, local, draw).slice())
}

/** {@link train}, of what is checked. @returns a vector of the workspace */
export function trainIn(
  workspace: Workspace,
  model: Model,
  start: Float32Array,
  examples: Examples,
  { epochs, batchSize, optimiser, proximal = 0 }: LocalTraining,
  draw: () => number,
): Float32Array {
  const [parameters, origin] = [workspace.copy(start), workspace.copy(start)]
  const gradient = workspace.zeros(model.size)
  const state = optimiser.start(parameters)
  const rows = Math.min(batchSize, examples.rows)
  const [inputs, targets] = [workspace.zeros(rows * model.inputs), workspace.zeros(rows * model.targets)]
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = permutation(examples.rows, draw)
    for (let first = 0; first < order.length; first += batchSize) {
      const chosen = order.subarray(first, first + batchSize)
      const batch = {
        rows: chosen.length,
        inputs: inputs.subarray(0, chosen.length * model.inputs),
        targets: targets.subarray(0, chosen.length * model.targets),
      }
      copyRows(examples.inputs, chosen, batch.inputs)
      copyRows(examples.targets, chosen, batch.targets)
      workspace.scope(() => model.differentiate(parameters, batch, gradient))
      if (proximal > 0) {
        addScaled(proximal, parameters, gradient)
        addScaled(-proximal, origin, gradient)
      }
      optimiser.step(parameters, gradient, state)
    }
  }
  return parameters
}
