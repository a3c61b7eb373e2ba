/**
 * Gives the results of promises, none of which may reject, in the order in which they come.
 *
 * @example for await (const answer of inParallel(peers.map(ask))) console.log(answer)
 */
export async function* inParallel<T>(promises: readonly Promise<T>[]): AsyncGenerator<T> {
  const results = new Results<T>()
  results.add(promises)
  yield* results.come()
}

/** Results of promises, none of which may reject, to which more can be added while some are waited for. */
export class Results<T> {
  readonly #pending = new Map<number, Promise<{ key: number; value: T }>>()
  #count = 0

  add(promises: readonly Promise<T>[]): void {
    for (const promise of promises) {
      const key = this.#count++
      this.#pending.set(
        key,
        promise.then((value) => ({ key, value })),
      )
    }
  }

  /**
   * Gives them in the order in which they come, until there are none left.
   *
   * @param patience after how many milliseconds it ends all the same; what has not come by then is given the next time
   */
  async *come(patience?: number): AsyncGenerator<T> {
    const { promise: impatient, resolve } = Promise.withResolvers<undefined>()
    const timer = patience === undefined ? undefined : setTimeout(resolve, patience, undefined)
    try {
      while (this.#pending.size > 0) {
        const next = await Promise.race([...this.#pending.values(), impatient])
        if (next === undefined) return
        this.#pending.delete(next.key)
        yield next.value
      }
    } finally {
      clearTimeout(timer)
    }
  }
}
