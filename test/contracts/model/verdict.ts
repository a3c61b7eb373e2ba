/**
 * What a model answers to a call: the names of all errors that apply, none when the call takes effect. The interfaces
 * do not say which of several errors comes first, so the contract may answer with any one of them.
 */
export type Verdict = string[]

/** The errors whose condition holds. */
export function errors(conditions: Record<string, boolean>): Verdict {
  return Object.entries(conditions).flatMap(([name, holds]) => (holds ? [name] : []))
}

/** A number that is kept per key, and 0 where nothing was kept. */
export class Tally {
  readonly #values = new Map<string, bigint>()

  get(key: string): bigint {
    return this.#values.get(key) ?? 0n
  }

  add(key: string, amount: bigint): void {
    this.#values.set(key, this.get(key) + amount)
  }

  set(key: string, amount: bigint): void {
    this.#values.set(key, amount)
  }
}
