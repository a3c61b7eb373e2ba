import { RefusedError, TimeoutError } from '../../../protocol/errors.ts'
import { MAX_SERVICE_BYTES } from '../../../protocol/limits.ts'
import type { Address, Hex } from '../../../protocol/types.ts'
import type { Service } from './service.ts'

/** Runs a service's handler: so many at a time, for so long at most, and once for all who ask the same meanwhile. */
export class Workshop {
  readonly #service: Pick<Service, 'handler' | 'concurrency' | 'timeout'>
  readonly #underWay = new Map<Hex, Promise<Uint8Array>>()
  #running = 0

  constructor(service: Pick<Service, 'handler' | 'concurrency' | 'timeout'>) {
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
    const { handler, concurrency, timeout } = this.#service
    if (this.#running >= concurrency) {
      throw new RefusedError('SERVICE_BUSY', 'A service works on as many questions as it can.', {
        field: 'service.concurrency',
        expected: `at most ${concurrency} at a time`,
        remedy: 'Ask again later.',
      })
    }
    this.#running += 1
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
      this.#running -= 1
    }
  }
}

function bounded(answer: Uint8Array): Uint8Array {
  if (answer.length <= MAX_SERVICE_BYTES) return answer
  throw new RefusedError('MESSAGE_TOO_LARGE', 'An answer is too long.', {
    field: 'answer',
    expected: `at most ${MAX_SERVICE_BYTES} bytes`,
    received: `${answer.length} bytes`,
    remedy: 'Answer in parts: let questions name a page.',
  })
}
