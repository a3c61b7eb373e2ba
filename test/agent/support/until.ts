import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Waits until something holds that nobody tells of.
 *
 * @param timeout milliseconds
 * @returns what `test` found
 */
export async function until<T>(
  test: () => T | Promise<T>,
  timeout = 15_000,
): Promise<Exclude<T, false | undefined>> {
  const latest = performance.now() + timeout
  for (;;) {
    const found = await test()
    if (found !== false && found !== undefined) return found as Exclude<T, false | undefined>
    if (performance.now() > latest) throw new Error(`still not so after ${timeout} ms: ${test}`)
    await sleep(20)
  }
}
