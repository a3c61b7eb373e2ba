import { RefusedError, TimeoutError } from '../../../protocol/errors.ts'
import { MAX_SERVICE_BYTES } from '../../../protocol/limits.ts'
import type { Address, Hex } from '../../../protocol/types.ts'
import type { Service } from './service.ts'

/**
 * Runs a service's handler: so many at a time, so many for one asker, for so long at most, and once for all who ask the same
 * meanwhile.
 */
export class Workshop {
  readonly #service: Pick<Service, 'handler' | 'concurrency' | 'perAsker' | 'timeout'>
  readonly #underWay = new Map<Hex, Promise<Uint8Array>>()
  /** Questions that are worked on, by who asked. */
  readonly #running = new Map<Address, number>()

  constructor(service: Pick<Service, 'handler' | 'concurrency' | 'perAsker' | 'timeout'>) {
    this.#service = service
  }

  /**
   * Answers a question.
   *
   * @param asked.question hash of it
   * @param asked.isShared whether what one asked may be told another
   * @throws RefusedError `SERVICE_BUSY`; TimeoutError `SERVICE_LATE`; WireError or whatever the handler throws
   */
  answer(
    body: Uint8Array,
    { question, from, isShared }: { question: Hex; from: Address; isShared: boolean },
  ): Promise<Uint8Array> {
    const same = isShared ? this.#underWay.get(question) : undefined
    if (same !== undefined) return same
    const working = this.#run(body, from)
    if (!isShared) return working
    this.#underWay.set(question, working)
    return working.finally(() => this.#underWay.delete(question))
  }

  async #run(body: Uint8Array, from: Address): Promise<Uint8Array> {
    const { handler, timeout } = this.#service
    this.#checkRoom(from)
    this.#running.set(from, this.#runningOf(from) + 1)
    const late = Promise.withResolvers<never>()
    const ending = new AbortController()
    const timer = setTimeout(() => {
      const error = new TimeoutError('SERVICE_LATE', 'A service took too long.', {
        field: 'serve.timeout',
        expected: `at most ${timeout} ms`,
        remedy: 'Ask later, or another provider; a provider whose answers take longer raises `timeout`.',
      })
      ending.abort(error)
      late.reject(error)
    }, timeout)
    try {
      // A handler that does not heed its signal shall not keep anybody waiting.
      const answer = await Promise.race([handler(body, { from, signal: ending.signal }), late.promise])
      return bounded(typeof answer === 'string' ? new TextEncoder().encode(answer) : answer)
    } finally {
      clearTimeout(timer)
      const left = this.#runningOf(from) - 1
      if (left > 0) this.#running.set(from, left)
      else this.#running.delete(from)
    }
  }

  #runningOf(from: Address): number {
    return this.#running.get(from) ?? 0
  }

  #checkRoom(from: Address): void {
    const { concurrency, perAsker } = this.#service
    const all = [...this.#running.values()].reduce((sum, count) => sum + count, 0)
    if (all < concurrency && this.#runningOf(from) < perAsker) return
    throw new RefusedError('SERVICE_BUSY', 'A service works on as many questions as it can.', {
      field: 'service.concurrency',
      expected: `at most ${concurrency} at a time, ${perAsker} of one asker`,
      received: `${all} at present, ${this.#runningOf(from)} of this asker`,
      remedy: 'Ask again when some are answered.',
    })
  }
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
