/** Entries that could not be used for the same reason. */
export interface Reject {
  reason: string
  count: number
  /** Where the first few of them stand. */
  examples: string[]
}

/** Most places that are named for a reason. */
const MAX_EXAMPLES = 5

/** What of some data could not be used, or not as it stands: counted by reason, and the first of each named. */
export class Rejects {
  readonly #reasons = new Map<string, Reject>()
  readonly #notes = new Map<string, Reject>()

  /** @param place where the entry stands, such as `line 12` */
  add(reason: string, place: string): void {
    count(this.#reasons, reason, place)
  }

  /** An entry that was used, but is not what was meant, perhaps. */
  note(reason: string, place: string): void {
    count(this.#notes, reason, place)
  }

  get count(): number {
    return this.list().reduce((sum, { count }) => sum + count, 0)
  }

  /** What was not used, the most frequent first. */
  list(): Reject[] {
    return sorted(this.#reasons)
  }

  /** What was used, but noted; the most frequent first. */
  notes(): Reject[] {
    return sorted(this.#notes)
  }
}

function count(reasons: Map<string, Reject>, reason: string, place: string): void {
  const reject = reasons.get(reason) ?? { reason, count: 0, examples: [] }
  reject.count++
  if (reject.examples.length < MAX_EXAMPLES) reject.examples.push(place)
  reasons.set(reason, reject)
}

function sorted(reasons: ReadonlyMap<string, Reject>): Reject[] {
  return [...reasons.values()].sort((a, b) => b.count - a.count)
}
