/** Window in which restarts are counted, in milliseconds. */
const WINDOW = 60_000
/** Most restarts within the window. */
const MOST = 5

/** Counts restarts, so that a process which keeps dying is given up instead of burning the machine. */
export class Restarts {
  #times: number[] = []

  /**
   * Whether one more restart is allowed; it counts as made then.
   *
   * @param now milliseconds of a clock that never goes back
   */
  allow(now: number): boolean {
    this.#times = this.#times.filter((time) => now - time < WINDOW)
    if (this.#times.length >= MOST) return false
    this.#times.push(now)
    return true
  }
}
