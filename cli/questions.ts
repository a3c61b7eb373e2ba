import { createInterface } from 'node:readline'
import { RefusedError } from '../protocol/errors.ts'

/** Asks on standard error whether something is to be done, and reads the answers from standard input, a line each. */
export class Questions implements Disposable {
  #lines: ReturnType<typeof createInterface> | undefined
  #answers: AsyncIterator<string> | undefined
  /** The line that is waited for: one that was given up leaves it to the next. */
  #next: Promise<IteratorResult<string>> | undefined

  /**
   * @returns whether the answer is yes
   * @throws RefusedError `NOBODY_ANSWERS` when there is no more input; what `signal` was aborted with
   */
  async confirm(question: string, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted()
    process.stderr.write(`${question} [y/N] `)
    const { promise: aborted, reject } = Promise.withResolvers<never>()
    const onAbort = () => {
      process.stderr.write('\n')
      reject(signal.reason)
    }
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      const { value, done } = await Promise.race([this.#line(), aborted])
      if (done === true) throw nobodyAnswers(question)
      this.#next = undefined
      return /^y(es)?$/i.test(value.trim())
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  [Symbol.dispose](): void {
    this.#lines?.close()
  }

  #line(): Promise<IteratorResult<string>> {
    // The terminal's own lines: Ctrl-C stays a signal.
    this.#lines ??= createInterface({ input: process.stdin, terminal: false })
    this.#answers ??= this.#lines[Symbol.asyncIterator]()
    this.#next ??= this.#answers.next()
    return this.#next
  }
}

function nobodyAnswers(question: string): RefusedError {
  return new RefusedError('NOBODY_ANSWERS', 'There is nobody to ask.', {
    field: '--yes',
    received: question,
    remedy: 'Call it in a terminal; or with --yes, which answers each question with yes.',
  })
}
