import type { Quota } from '../../protocol/network-parameters.ts'
import { filled, levelOf } from './leaky-bucket.ts'

/** Most keys that are remembered; those that were used longest ago are forgotten first. */
const MAX_KEYS = 10_000

/** A bucket per key: `burst` messages at once, and `perMinute` in the long run. */
export class RateLimits {
  readonly #emptyAt = new Map<string, number>()
  readonly #clock: () => number

  /** @param clock monotonic milliseconds */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock
  }

  /**
   * Counts a message of a key.
   *
   * @param cost as how many it counts
   * @returns false, and counts nothing, when it is one too many
   */
  take(key: string, { perMinute, burst }: Quota, cost = 1): boolean {
    const now = this.#clock()
    const emptyAt = this.#emptyAt.get(key) ?? now
    if (levelOf(emptyAt, perMinute, now) + cost > burst) return false
    this.#emptyAt.delete(key)
    this.#emptyAt.set(key, filled(emptyAt, cost, perMinute, now))
    const [oldest] = this.#emptyAt.keys()
    if (this.#emptyAt.size > MAX_KEYS && oldest !== undefined) this.#emptyAt.delete(oldest)
    return true
  }

  /** Takes back what was counted of a key. */
  giveBack(key: string, { perMinute }: Pick<Quota, 'perMinute'>, cost = 1): void {
    const emptyAt = this.#emptyAt.get(key)
    if (emptyAt !== undefined) this.#emptyAt.set(key, emptyAt - (cost * 60_000) / perMinute)
  }
}
