/** Milliseconds for which tries are counted; then all begin anew. */
const WINDOW = 60_000
/** Most addresses that are counted at a time: what more there are have tries that nobody counts. */
const MAX_ADDRESSES = 10_000

/** Counts what each address tries in vain, a minute long. */
export class Tries {
  readonly #most: number
  readonly #counts = new Map<string, number>()
  #end = 0

  /** @param most in a minute, of one address; see `groupOf` */
  constructor(most: number) {
    this.#most = most
  }

  /** Counts a try. @returns false, and counts nothing, when it is one too many */
  take(group: string): boolean {
    if (performance.now() >= this.#end) {
      this.#counts.clear()
      this.#end = performance.now() + WINDOW
    }
    const count = this.#counts.get(group) ?? 0
    if (count >= this.#most) return false
    if (count > 0 || this.#counts.size < MAX_ADDRESSES) this.#counts.set(group, count + 1)
    return true
  }

  /** Takes back what was counted of a try that was not in vain. */
  giveBack(group: string): void {
    const count = this.#counts.get(group) ?? 0
    if (count > 1) this.#counts.set(group, count - 1)
    else this.#counts.delete(group)
  }
}
