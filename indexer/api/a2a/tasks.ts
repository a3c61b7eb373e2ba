import { randomUUID } from 'node:crypto'
import { type Task, TaskState } from '@a2a-js/sdk'
import type { Hex } from '../../../protocol/types.ts'
import { groupOf } from '../shares.ts'

/** Most tasks that are kept, and most of one address. */
const MAX_TASKS = 500
const MAX_OF_ONE = 32
/** How long a task is kept after it was last spoken of, in milliseconds. */
const LIFE = 3_600_000

/** What the client has to say next. */
export type Step = 'ask' | 'publish' | 'choose' | 'deliver' | 'pay'

/** A task, and how far it is. */
export interface TaskRecord {
  readonly task: Task
  /** Id of the agent that it was given to, undefined for the market itself. */
  readonly agentId: string | undefined
  readonly group: string
  step: Step
  /** The intent as it is to be signed, and its hash. */
  intent?: { value: unknown; hash: Hex }
  /** The offer that was accepted. */
  agreement?: Hex
  /** Whether the client has signed what may be on chain by now. */
  isBound?: boolean
  /** Ends what is being done about it; absent when it is the client's turn. */
  turn?: AbortController
  touchedAt: number
}

/** Tasks of clients, in memory: what matters of them is in the mesh and on chain. */
export class Tasks {
  readonly #records = new Map<string, TaskRecord>()

  /** A new task; undefined when there is no room for one. @param address as `remoteAddress` has it */
  add(
    agentId: string | undefined,
    contextId: string,
    address: string | undefined,
    now: number,
  ): TaskRecord | undefined {
    const group = groupOf(address)
    this.#makeRoom(now)
    const ofOne = [...this.#records.values()].filter((record) => record.group === group && !hasEnded(record))
    if (this.#records.size >= MAX_TASKS || ofOne.length >= MAX_OF_ONE) return undefined
    const status = { state: TaskState.TASK_STATE_SUBMITTED, message: undefined, timestamp: undefined }
    const task: Task = {
      id: randomUUID(),
      contextId: contextId || randomUUID(),
      ...{ status, artifacts: [], history: [], metadata: undefined },
    }
    const record: TaskRecord = { task, agentId, group, step: 'ask', touchedAt: now }
    this.#records.set(task.id, record)
    return record
  }

  /** A task that was given to this agent. */
  get(id: string, agentId: string | undefined): TaskRecord | undefined {
    const record = this.#records.get(id)
    return record?.agentId === agentId ? record : undefined
  }

  /** Forgets what is old, and, where that is not enough, what has ended. */
  #makeRoom(now: number): void {
    for (const [id, record] of this.#records) {
      const isOld = now - record.touchedAt > LIFE && record.turn === undefined
      if (isOld || (this.#records.size >= MAX_TASKS && hasEnded(record))) this.#records.delete(id)
    }
  }
}

/** Whether nothing more comes of a task. */
export function hasEnded({ task }: Pick<TaskRecord, 'task'>): boolean {
  const { TASK_STATE_COMPLETED, TASK_STATE_CANCELED, TASK_STATE_FAILED, TASK_STATE_REJECTED } = TaskState
  const state = task.status?.state ?? TaskState.TASK_STATE_UNSPECIFIED
  return [TASK_STATE_COMPLETED, TASK_STATE_CANCELED, TASK_STATE_FAILED, TASK_STATE_REJECTED].includes(state)
}
