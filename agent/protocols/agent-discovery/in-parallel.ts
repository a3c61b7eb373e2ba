/**
 * Gives the results of promises, none of which may reject, in the order in which they come.
 *
 * @example for await (const answer of inParallel(peers.map(ask))) console.log(answer)
 */
export async function* inParallel<T>(promises: readonly Promise<T>[]): AsyncGenerator<T> {
  const pending = new Map(promises.map((promise, key) => [key, promise.then((value) => ({ key, value }))]))
  while (pending.size > 0) {
    const { key, value } = await Promise.race(pending.values())
    pending.delete(key)
    yield value
  }
}
