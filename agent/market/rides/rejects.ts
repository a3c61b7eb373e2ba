/** Entries that could not be used for the same reason. */
export interface Reject {
  reason: string
  count: number
  /** Where the first few of them stand. */
  examples: string[]
}

/** Most places that are named for a reason. */
const MAX_EXAMPLES = 5

/** What of some data could not be used: counted by reason, and the first of each named. */
export class Rejects {
  readonly #reasons = new Map<string, Reject>()

  /** @param place where the entry stands, such as `line 12` */
  add(reason: string, place: string): void {
    const reject = this.#reasons.get(reason) ?? { reason, count: 0, examples: [] }
    reject.count++
    if (reject.examples.length < MAX_EXAMPLES) reject.examples.push(place)
    this.#reasons.set(reason, reject)
  }

  get count(): number {
    return this.list().reduce((sum, { count }) => sum + count, 0)
  }

  /** The most frequent first. */
  list(): Reject[] {
    return [...this.#reasons.values()].sort((a, b) => b.count - a.count)
  }
}
