import { MAX_ASKED, PATIENCE } from './constants.ts'

/** Which parts of a content are still to come, and who was asked for them. */
export class Parts<Source> {
  /** In the order in which they are asked for. */
  readonly #waiting: Set<number>
  readonly #asked = new Map<number, { at: number; of: Set<Source> }>()
  readonly #clock: () => number

  /** @param clock monotonic milliseconds */
  constructor(parts: readonly number[], clock: () => number = () => performance.now()) {
    this.#waiting = new Set(parts)
    this.#clock = clock
  }

  get isDone(): boolean {
    return this.#waiting.size === 0 && this.#asked.size === 0
  }

  /**
   * What a source is to be asked for: what nobody was asked for, else what has not come for a while from another.
   *
   * @returns undefined when there is nothing at present
   */
  take(source: Source): number | undefined {
    const now = this.#clock()
    const [next] = this.#waiting
    if (next !== undefined && this.#asked.size < MAX_ASKED) {
      this.#waiting.delete(next)
      this.#asked.set(next, { at: now, of: new Set([source]) })
      return next
    }
    for (const [part, asked] of this.#asked) {
      if (now - asked.at < PATIENCE || asked.of.has(source)) continue
      asked.of.add(source)
      asked.at = now
      return part
    }
    return undefined
  }

  /** A part has come, and is as it should be. */
  done(part: number): void {
    this.#asked.delete(part)
  }

  /** A source has not given a part that it was asked for. */
  failed(part: number, source: Source): void {
    const asked = this.#asked.get(part)
    if (asked === undefined) return
    asked.of.delete(source)
    // Who is asked still has had its time: the next need not wait once more.
    asked.at = Number.NEGATIVE_INFINITY
    if (asked.of.size > 0) return
    this.#asked.delete(part)
    this.#waiting.add(part)
  }
}
