import { type SendMessageRequest, type Task, TaskState } from '@a2a-js/sdk'
import {
  RequestMalformedError,
  TaskNotCancelableError,
  TaskNotFoundError,
  UnsupportedOperationError,
} from '@a2a-js/sdk/errors'
import type { A2ARequestHandler } from '@a2a-js/sdk/server'
import type { Request } from 'express'
import type { Logger } from 'pino'
import type { AgentView } from '../../views/agent.ts'
import type { ApiContext } from '../context.ts'
import type { LiveFeed } from '../live-feed.ts'
import type { Places } from '../places.ts'
import { dataOf, messageOf, partsOf } from './parts.ts'
import { RefusingDesk } from './refusing-desk.ts'
import { hasEnded, type TaskRecord, type Tasks } from './tasks.ts'
import { takeTurn } from './turn.ts'

export interface DeskInit {
  context: ApiContext
  feed: LiveFeed
  tasks: Tasks
  /** For turns that are being taken. */
  turns: Places
  logger: Logger
  /** Ends all turns. */
  stop: AbortSignal
}

/**
 * Where one request of the Agent2Agent protocol is answered for an agent of the market, by the market's gateway. A task is a
 * purchase, turn by turn: each message of the client's takes one, and says what to sign, or what was signed.
 */
export class Desk extends RefusingDesk implements A2ARequestHandler {
  readonly #init: DeskInit
  readonly #seller: AgentView | undefined
  readonly #request: Request

  /** @param seller of whom tasks are asked; absent: of the market itself */
  constructor(init: DeskInit, seller: AgentView | undefined, request: Request) {
    super()
    this.#init = init
    this.#seller = seller
    this.#request = request
  }

  /** @throws A2AError when it is malformed, the task has ended or is at work, or there is no room */
  async sendMessage({ message, configuration }: SendMessageRequest): Promise<Task> {
    if (!message?.messageId) throw new RequestMalformedError('message.messageId is required.')
    const leave = this.#init.turns.take(this.#request.socket.remoteAddress)
    if (leave === undefined) throw refused('Too many tasks are at work: try again later.')
    try {
      const record = message.taskId ? this.#find(message.taskId) : this.#begin(message.contextId)
      if (hasEnded(record)) throw refused('The task has ended: begin another one.')
      if (record.turn !== undefined) throw refused('The task is at work: ask for it again.')
      const turn = this.#take(record, dataOf(message) ?? {}).finally(leave)
      if (configuration?.returnImmediately !== true) await turn
      return record.task
    } catch (error) {
      leave()
      throw error
    }
  }

  /** @throws TaskNotFoundError */
  async getTask({ id }: { id: string }): Promise<Task> {
    return this.#find(id).task
  }

  /** @throws TaskNotFoundError; TaskNotCancelableError when it has ended, or money may be in escrow: the chain decides then */
  async cancelTask({ id }: { id: string }): Promise<Task> {
    const record = this.#find(id)
    if (hasEnded(record) || record.isBound === true)
      throw new TaskNotCancelableError(`Task not cancelable: ${id}`)
    const { task } = record
    task.status = {
      ...{ state: TaskState.TASK_STATE_CANCELED, timestamp: new Date().toISOString() },
      message: messageOf(task, partsOf('Nothing was agreed; what was published expires by itself.')),
    }
    record.turn?.abort()
    return task
  }

  #find(id: string): TaskRecord {
    const record = this.#init.tasks.get(id, this.#seller?.agentId)
    if (record === undefined) throw new TaskNotFoundError(`Task not found: ${id}`)
    return record
  }

  #begin(contextId: string): TaskRecord {
    const { remoteAddress } = this.#request.socket
    const record = this.#init.tasks.add(this.#seller?.agentId, contextId, remoteAddress, Date.now())
    if (record === undefined) throw refused('There is no room for more tasks: end some, or try again later.')
    return record
  }

  async #take(record: TaskRecord, given: unknown): Promise<void> {
    const { context, feed, stop, logger } = this.#init
    const turn = new AbortController()
    record.turn = turn
    record.task.status = { state: TaskState.TASK_STATE_WORKING, message: undefined, timestamp: undefined }
    const signal = AbortSignal.any([turn.signal, stop])
    await takeTurn(
      { record, context, feed, request: this.#request, seller: this.#seller, signal },
      given,
      logger,
    )
    delete record.turn
    record.touchedAt = Date.now()
  }
}

function refused(why: string): UnsupportedOperationError {
  return new UnsupportedOperationError(why)
}
