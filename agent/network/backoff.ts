/** Bounds of the pause after failures, in milliseconds; it doubles with each one. */
const SHORTEST = 1_000
const LONGEST = 60_000
/** By how much of itself a pause is lengthened at most, so that those who lost a peer at once do not return at once. */
const JITTER = 0.25

/** When what failed may be tried again, by key; for a bounded set of keys, such as a node's own settings. */
export class Backoff {
  readonly #failures = new Map<string, { count: number; dueAt: number }>()
  readonly #clock: () => number
  readonly #random: () => number

  /** @param clock monotonic milliseconds */
  constructor(clock: () => number = () => performance.now(), random: () => number = Math.random) {
    this.#clock = clock
    this.#random = random
  }

  isDue(key: string): boolean {
    return (this.#failures.get(key)?.dueAt ?? 0) <= this.#clock()
  }

  failed(key: string): void {
    const count = (this.#failures.get(key)?.count ?? 0) + 1
    const pause = Math.min(SHORTEST * 2 ** (count - 1), LONGEST) * (1 + JITTER * this.#random())
    this.#failures.set(key, { count, dueAt: this.#clock() + pause })
  }

  succeeded(key: string): void {
    this.#failures.delete(key)
  }
}
