import { RefusedError } from '../../protocol/errors.ts'
import type { MeterMessage } from './meter-port.ts'

/** Most readings that wait to be read, and most intervals of a home that are remembered, so that none counts twice. */
const MAX_WAITING = 1_000
const MAX_REMEMBERED = 1_000

/** Readings on their way from meters to whoever reads them, in the sequence in which they came. */
export class MeterQueue implements AsyncIterable<MeterMessage> {
  readonly #waiting: MeterMessage[] = []
  /** Starts of what each home has reported, the oldest first. */
  readonly #reported = new Map<string, Set<number>>()
  #wake: (() => void) | undefined
  #isClosed = false

  /**
   * @throws RefusedError `READING_TWICE` when the home has reported the interval, `METERS_TOO_FAST` when too many readings
   *   wait, `METER_CLOSED` after {@link close}.
   */
  add(message: MeterMessage): void {
    const { home, start } = message
    const starts = this.#reported.get(home) ?? new Set()
    if (this.#isClosed) throw refused('METER_CLOSED', undefined, 'Send it to whoever listens now.')
    if (starts.has(start)) throw refused('READING_TWICE', start, 'Nothing: it was taken the first time.')
    if (this.#waiting.length >= MAX_WAITING) {
      throw refused('METERS_TOO_FAST', `${MAX_WAITING} readings that wait`, 'Send it again in a minute.')
    }
    starts.add(start)
    for (const oldest of starts) {
      if (starts.size <= MAX_REMEMBERED) break
      starts.delete(oldest)
    }
    this.#reported.set(home, starts)
    this.#waiting.push(message)
    this.#wake?.()
  }

  /** Ends the readings after those that wait. */
  close(): void {
    this.#isClosed = true
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<MeterMessage, void, undefined> {
    for (;;) {
      const message = this.#waiting.shift()
      if (message !== undefined) yield message
      else if (this.#isClosed) return
      else {
        const { promise, resolve } = Promise.withResolvers<void>()
        this.#wake = resolve
        await promise
      }
    }
  }
}

function refused(code: string, received: unknown, remedy: string): RefusedError {
  return new RefusedError(code, 'A reading is not taken.', { field: 'reading', received, remedy })
}
