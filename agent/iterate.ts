/** Most values that wait for a loop that is slow; then the oldest go first. */
const MOST_WAITING = 1_000

/**
 * Makes a loop of a subscription: `for await (const value of iterate(subscribe))`. It subscribes when the loop begins, and
 * whoever leaves the loop has ended it.
 *
 * @param subscribe calls a function with each value, and returns a function that ends that
 * @param signal ends the loop
 * @throws whatever `signal` was aborted with
 */
export async function* iterate<T>(
  subscribe: (fn: (value: T) => void) => () => void,
  signal?: AbortSignal,
): AsyncGenerator<T, never> {
  const waiting: T[] = []
  let wake = () => {}
  const awaken = () => wake()
  const end = subscribe((value) => {
    waiting.push(value)
    if (waiting.length > MOST_WAITING) waiting.shift()
    wake()
  })
  signal?.addEventListener('abort', awaken)
  try {
    for (;;) {
      signal?.throwIfAborted()
      const next = waiting.shift()
      if (next !== undefined) yield next
      else {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
  } finally {
    signal?.removeEventListener('abort', awaken)
    end()
  }
}
