import { RefusedError, TimeoutError } from '../../../protocol/errors.ts'
import { MAX_SERVICE_BYTES } from '../../../protocol/limits.ts'
import type { Address, Hex } from '../../../protocol/types.ts'
import { abortable } from '../../network/abortable.ts'
import type { Asking, Service } from './service.ts'

/** Work on a question. */
interface Work {
  answer: Promise<Uint8Array>
  /** Ends it: the handler's signal. */
  ending: AbortController
  /** How many wait for it. */
  waiting: number
}

/**
 * Runs a service's handler: so many at a time, so many for one asker, and once for all who ask the same meanwhile. Nobody
 * waits for longer than the timeout, and it works for nobody who is gone; a handler that goes on all the same keeps its
 * place until it has ended.
 */
export class Workshop {
  readonly #service: Pick<Service, 'handler' | 'concurrency' | 'perAsker' | 'timeout'>
  /** What is worked on for whoever asks it, by the hash of the question. */
  readonly #shared = new Map<Hex, Work>()
  /** Handlers that have not ended, by whose questions they count as. */
  readonly #running = new Map<string, number>()

  constructor(service: Pick<Service, 'handler' | 'concurrency' | 'perAsker' | 'timeout'>) {
    this.#service = service
  }

  /**
   * Answers a question.
   *
   * @param asked.question hash of it
   * @param asked.group whom it counts as a question of; see `groupOfAsker`
   * @param asked.isShared whether what one asked may be told another
   * @param asked.signal aborted when nobody waits here for the answer any more
   * @throws RefusedError `SERVICE_BUSY`; TimeoutError `SERVICE_LATE`; WireError or whatever the handler throws, or `signal`
   *   was aborted with
   */
  async answer(
    body: Uint8Array,
    asked: { question: Hex; from: Address; group: string; isShared: boolean; signal: AbortSignal },
  ): Promise<Uint8Array> {
    const { question, isShared, signal } = asked
    signal.throwIfAborted()
    const work = (isShared ? this.#shared.get(question) : undefined) ?? this.#begin(body, asked)
    work.waiting += 1
    const leave = () => {
      work.waiting -= 1
      if (work.waiting > 0) return
      this.#forget(question, work)
      work.ending.abort(signal.reason)
    }
    signal.addEventListener('abort', leave, { once: true })
    try {
      return await abortable(() => work.answer, signal)
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }

  #begin(body: Uint8Array, asked: { question: Hex; from: Address; group: string; isShared: boolean }): Work {
    const { question, isShared } = asked
    const ending = new AbortController()
    const work = { answer: this.#run(body, asked, ending), ending, waiting: 0 }
    if (!isShared) return work
    this.#shared.set(question, work)
    const forget = () => this.#forget(question, work)
    work.answer.then(forget, forget)
    return work
  }

  #forget(question: Hex, work: Work): void {
    if (this.#shared.get(question) === work) this.#shared.delete(question)
  }

  async #run(
    body: Uint8Array,
    { from, group }: { from: Address; group: string },
    ending: AbortController,
  ): Promise<Uint8Array> {
    this.#checkRoom(group)
    const { timeout } = this.#service
    const timer = setTimeout(() => ending.abort(late(timeout)), timeout)
    const { signal } = ending
    try {
      const answer = await abortable(() => this.#counted(group, body, { from, signal }), signal)
      return bounded(typeof answer === 'string' ? new TextEncoder().encode(answer) : answer)
    } finally {
      clearTimeout(timer)
    }
  }

  /** Runs the handler, and counts it until it has ended. */
  async #counted(group: string, body: Uint8Array, asking: Asking): Promise<Uint8Array | string> {
    this.#running.set(group, this.#runningOf(group) + 1)
    try {
      return await this.#service.handler(body, asking)
    } finally {
      const left = this.#runningOf(group) - 1
      if (left > 0) this.#running.set(group, left)
      else this.#running.delete(group)
    }
  }

  #runningOf(group: string): number {
    return this.#running.get(group) ?? 0
  }

  #checkRoom(group: string): void {
    const { concurrency, perAsker } = this.#service
    const all = [...this.#running.values()].reduce((sum, count) => sum + count, 0)
    if (all < concurrency && this.#runningOf(group) < perAsker) return
    throw new RefusedError('SERVICE_BUSY', 'A service works on as many questions as it can.', {
      field: 'service.concurrency',
      expected: `at most ${concurrency} at a time, ${perAsker} of one asker`,
      received: `${all} at present, ${this.#runningOf(group)} of this asker`,
      remedy: 'Ask again when some are answered.',
    })
  }
}

function late(timeout: number): TimeoutError {
  return new TimeoutError('SERVICE_LATE', 'A service took too long.', {
    field: 'serve.timeout',
    expected: `at most ${timeout} ms`,
    remedy:
      'Ask later, or another provider. A provider whose answers take longer raises `timeout`; its handler ends when its `signal` says so, or goes on to take a place.',
  })
}

function bounded(answer: Uint8Array): Uint8Array {
  if (!(answer instanceof Uint8Array)) {
    throw new RefusedError('ANSWER_UNUSABLE', 'A handler gave no answer that can be sent.', {
      field: 'answer',
      expected: 'a string, or a Uint8Array',
      received: typeof answer,
      remedy: 'Return one of these, such as `JSON.stringify(answer)`.',
    })
  }
  if (answer.length <= MAX_SERVICE_BYTES) return answer
  throw new RefusedError('MESSAGE_TOO_LARGE', 'An answer is too long.', {
    field: 'answer',
    expected: `at most ${MAX_SERVICE_BYTES} bytes`,
    received: `${answer.length} bytes`,
    remedy: 'Answer in parts: let questions name a page.',
  })
}
