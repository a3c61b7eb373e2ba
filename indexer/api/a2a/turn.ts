import { type Artifact, TaskState } from '@a2a-js/sdk'
import type { Logger } from 'pino'
import { faultOf } from '../fault.ts'
import { internalError, problemOf } from '../problem.ts'
import { messageOf, partsOf } from './parts.ts'
import { ask, choose, deliver, type Purchase, pay, publish } from './purchase.ts'
import { hasEnded, type Step } from './tasks.ts'

/** What came of a turn. */
export interface Outcome {
  state: TaskState
  /** What the client has to do, for people. */
  text: string
  /** The same for programs. */
  data: object
  artifacts: Artifact[]
}

const steps: Readonly<Record<Step, (purchase: Purchase, given: unknown) => Promise<Outcome>>> = {
  ask,
  publish,
  choose,
  deliver,
  pay,
}

/**
 * Does what a message asks for. What is wrong with it the client is told, and may say it again: the task stays where it was.
 */
export async function takeTurn(purchase: Purchase, given: unknown, logger: Logger): Promise<void> {
  const { record, signal } = purchase
  const outcome = await steps[record.step](purchase, given).catch((error: unknown) =>
    failed(error, logger, signal),
  )
  // It may have been canceled meanwhile.
  if (hasEnded(record)) return
  const { state, text, data, artifacts } = outcome
  const { task } = record
  const known = task.artifacts.filter(
    ({ artifactId }) => !artifacts.some((each) => each.artifactId === artifactId),
  )
  task.artifacts = [...(artifacts.some(({ name }) => name === 'offer') ? [] : known), ...artifacts]
  task.status = {
    ...{ state, message: messageOf(task, partsOf(text, data)) },
    timestamp: new Date().toISOString(),
  }
}

function failed(error: unknown, logger: Logger, signal: AbortSignal): Outcome {
  const fault = faultOf(error)
  if (fault === undefined && !signal.aborted) logger.error({ err: error }, 'a task failed')
  const problem = problemOf(fault ?? internalError())
  const isFinal = fault === undefined
  return {
    state: isFinal ? TaskState.TASK_STATE_FAILED : TaskState.TASK_STATE_INPUT_REQUIRED,
    ...{ text: `${problem.detail} ${problem.remedy}`, data: { problem }, artifacts: [] },
  }
}
