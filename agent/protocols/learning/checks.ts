import { RefusedError } from '../../../protocol/errors.ts'
import type { LearningTask } from '../../../protocol/learning.ts'
import type { TaskModel } from '../../learning/rounds/index.ts'
import { MAX_DIMENSION } from './constants.ts'

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
