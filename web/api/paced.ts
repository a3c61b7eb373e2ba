/**
 * Gathers what is added, and hands it on at most once in a while: at once where it has been quiet.
 *
 * @param pace least milliseconds between two calls of `take`; 0 hands on each time
 * @returns `stop`, which forgets what has not been handed on
 * @example const { add } = paced(draw, 250)
 */
export function paced<T>(
  take: (items: readonly T[]) => void,
  pace: number,
): { add(items: readonly T[]): void; stop(): void } {
  let waiting: T[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  let last = Number.NEGATIVE_INFINITY
  function handOn() {
    timer = undefined
    last = performance.now()
    const items = waiting
    waiting = []
    take(items)
  }
  return {
    add(items) {
      waiting.push(...items)
      if (timer !== undefined) return
      const wait = last + pace - performance.now()
      if (wait <= 0) handOn()
      else timer = setTimeout(handOn, wait)
    },
    stop() {
      clearTimeout(timer)
      timer = undefined
      waiting = []
    },
  }
}
