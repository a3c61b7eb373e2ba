import { setTimeout as delay } from 'node:timers/promises'

/** How often it is looked whether a clock that stood still has come to a time, at most, in milliseconds. */
const TICK = 10

/**
 * The time of a replay, which runs so many times as fast as that of the machine, and stands still while something is done
 * that would take no time worth speaking of in reality: a machine that is busy has the replay take longer, not come out otherwise.
 */
export class ScaledClock {
  readonly speed: number
  /** Replayed time, Unix seconds, at which it ran on last. */
  #from: number
  /** By the machine, milliseconds, when that was; undefined while it stands still. */
  #since: number | undefined
  /** Milliseconds for which it was held, and since when it is. */
  #held = 0
  #heldSince: number | undefined
  /** For how many it stands still. */
  #holds = 0

  /**
   * A clock that stands still until it is started.
   *
   * @param begin replayed time, Unix seconds
   * @param speed replayed seconds in a second
   */
  constructor(begin: number, speed: number) {
    this.#from = begin
    this.speed = speed
  }

  /** From now on time passes. */
  start(): void {
    this.#since = performance.now()
  }

  /** The replayed time, Unix seconds. */
  now(): number {
    const passed = this.#since === undefined ? 0 : performance.now() - this.#since
    return this.#from + (passed / 1000) * this.speed
  }

  /** Stands still until `work` has ended. @returns what came of it */
  async hold<T>(work: Promise<T>): Promise<T> {
    this.#from = this.now()
    this.#since = undefined
    this.#holds += 1
    this.#heldSince ??= performance.now()
    try {
      return await work
    } finally {
      this.#holds -= 1
      if (this.#holds === 0) {
        this.#held = this.#heldFor()
        this.#heldSince = undefined
        this.start()
      }
    }
  }

  /** Seconds of the machine for which it was held. */
  get held(): number {
    return this.#heldFor() / 1000
  }

  /** Fulfilled at a replayed time, at once when it is over. Rejects when `signal` is aborted. */
  async until(time: number, signal: AbortSignal): Promise<void> {
    for (let left = time - this.now(); left > 0; left = time - this.now()) {
      await delay(Math.max(TICK, (left / this.speed) * 1000), undefined, { signal })
    }
  }

  /** Whole seconds of the machine that so many replayed ones take, rounded up. */
  real(seconds: number): number {
    return Math.ceil(seconds / this.speed)
  }

  #heldFor(): number {
    return this.#held + (this.#heldSince === undefined ? 0 : performance.now() - this.#heldSince)
  }
}
