import { ConfigError, RefusedError } from '../../../protocol/errors.ts'
import type { LearningTask } from '../../../protocol/learning.ts'
import type { Examples } from '../../learning/models/index.ts'
import type { TaskModel } from '../../learning/rounds/index.ts'
import { MAX_CHUNKS, MAX_DIMENSION, MAX_SCORING_VALUES, MAX_SCORING_WORK } from './constants.ts'

/** @throws RefusedError `MODEL_REFUSED` unless a model is of the task's size, which is one that this agent can bear */
export function checkModel({ parameters }: TaskModel, { dimension }: LearningTask): void {
  if (parameters.length === dimension && dimension <= MAX_DIMENSION) return
  throw new RefusedError('MODEL_REFUSED', 'The model of a task is not what the task says, or too large.', {
    field: 'task.dimension',
    expected: `${parameters.length}, as the model's file has it, and at most ${MAX_DIMENSION}`,
    received: dimension,
    remedy: 'Leave this task alone: nothing that is trained for it could be aggregated.',
  })
}

/** @throws RefusedError `TASK_REFUSED` unless the vectors of a task are of a size that this agent can bear */
export function checkTask({ dimension, chunkSize }: Pick<LearningTask, 'dimension' | 'chunkSize'>): void {
  const chunks = Math.ceil(dimension / chunkSize)
  if (dimension <= MAX_DIMENSION && chunks <= MAX_CHUNKS) return
  throw new RefusedError('TASK_REFUSED', 'A learning task takes more memory than this agent gives one.', {
    field: 'task.dimension',
    expected: `at most ${MAX_DIMENSION} parameters in at most ${MAX_CHUNKS} chunks`,
    received: `${dimension} in ${chunks}`,
    remedy: 'Leave this task alone; one of your own can have a smaller model.',
  })
}

/** @throws ConfigError `UPDATE_INVALID` unless a trainer gave a change of each parameter */
export function checkUpdate(change: Float32Array, { dimension }: Pick<LearningTask, 'dimension'>): void {
  if (change instanceof Float32Array && change.length === dimension) return
  throw new ConfigError('UPDATE_INVALID', 'What was trained is no update of the model.', {
    field: 'trainer',
    expected: `a Float32Array of ${dimension} values`,
    received: change instanceof Float32Array ? `${change.length} values` : typeof change,
    remedy: 'Return by how much each parameter of the model changes.',
  })
}

/**
 * Computes the loss of a task's model on its hidden set once, unless that would take too much.
 *
 * @throws RefusedError `EXAMPLES_REFUSED` when it would, or is no finite number; ConfigError `SHAPE_MISMATCH` or `CLASS_INVALID`
 *   when the set does not fit the model
 */
export function checkHiddenSet({ model, parameters }: TaskModel, examples: Examples): void {
  const { rows } = examples
  const [work, values] = [rows * model.size, model.scratch(rows)]
  if (work > MAX_SCORING_WORK || values > MAX_SCORING_VALUES) {
    throw unusable(
      `at most ${MAX_SCORING_WORK} for rows times parameters, and ${MAX_SCORING_VALUES} values in between`,
      `${work}, and ${values}`,
    )
  }
  const loss = model.loss(Float64Array.from(parameters), examples)
  if (!Number.isFinite(loss)) throw unusable('a finite loss of the model', loss)
}

function unusable(expected: string, received: unknown): RefusedError {
  return new RefusedError('EXAMPLES_REFUSED', 'Updates cannot be scored on a hidden set.', {
    field: 'hiddenSet',
    expected,
    received,
    remedy: 'Give fewer rows, or a model whose numbers are not that large.',
  })
}

export function unknownTask(id: string): RefusedError {
  return new RefusedError('TASK_UNKNOWN', 'There is no such learning task.', {
    field: 'id',
    expected: 'the id of a task that was opened in this deployment, in the blocks that are looked through',
    received: id,
    remedy: 'Take an id that `tasks` gives; of an older task, give `searchedBlocks`.',
  })
}

export function tooLate(id: string, until: bigint, now: bigint): RefusedError {
  return new RefusedError('TASK_CLOSED', 'It is too late to take part in a learning task.', {
    field: `task ${id}`,
    expected: `until ${until}`,
    received: now,
    remedy: 'Take one that `tasks` gives.',
  })
}

export function tooManyRounds(most: number): RefusedError {
  return new RefusedError('TOO_MANY_ROUNDS', 'This agent takes part in too many rounds of learning.', {
    expected: `at most ${most}`,
    remedy: 'Wait until one is over, or take part by another agent.',
  })
}

export function stakeTooLow(role: string, free: bigint, needed: bigint): RefusedError {
  return new RefusedError('STAKE_TOO_LOW', 'Too little stake is free to take part in a learning task.', {
    field: `stake as ${role}`,
    expected: `at least ${needed}`,
    received: free,
    remedy: `Stake the rest: \`account.ensureLearningStake('${role}', ${needed}n)\`.`,
  })
}
