import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until something holds that nobody tells of. Milliseconds. */
export async function until(test: () => boolean | Promise<boolean>, timeout = 15_000): Promise<void> {
  const latest = performance.now() + timeout
  while (!(await test())) {
    if (performance.now() > latest) throw new Error(`still not so after ${timeout} ms: ${test}`)
    await sleep(20)
  }
}
