/** Milliseconds for which tries are counted; then all begin anew. */
const WINDOW = 60_000
/** Most addresses that are counted at a time: what more there are have tries that nobody counts. */
const MAX_ADDRESSES = 10_000

/** Counts what each address has tried in vain, a minute long. */
export class Tries {
  readonly #most: number
  readonly #counts = new Map<string, number>()
  #end = 0

  /** @param most in a minute, of one address; see `groupOf` */
  constructor(most: number) {
    this.#most = most
  }

  /** Whether an address has tried as often as it may. */
  areUsedUp(group: string): boolean {
    if (performance.now() >= this.#end) {
      this.#counts.clear()
      this.#end = performance.now() + WINDOW
    }
    return (this.#counts.get(group) ?? 0) >= this.#most
  }

  add(group: string): void {
    const count = this.#counts.get(group) ?? 0
    if (count > 0 || this.#counts.size < MAX_ADDRESSES) this.#counts.set(group, count + 1)
  }
}
