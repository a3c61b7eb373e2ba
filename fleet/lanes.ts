/** Does so many things at a time; others wait for their turn. */
export class Lanes {
  readonly #lanes: Promise<unknown>[]
  #next = 0

  constructor(count: number) {
    this.#lanes = Array.from({ length: count }, () => Promise.resolve())
  }

  /** Begins `work` when what came before it in its lane has ended. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const lane = this.#next++ % this.#lanes.length
    const done = (this.#lanes[lane] as Promise<unknown>).then(work)
    this.#lanes[lane] = done.catch(() => undefined)
    return done
  }
}
