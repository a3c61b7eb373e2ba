import { setTimeout as delay } from 'node:timers/promises'

/** How long an answer may take until it is final, in milliseconds. */
const TIMEOUT = 60_000
/** How often it is asked meanwhile, in milliseconds. */
const INTERVAL = 200

/**
 * Asks again and again.
 *
 * @returns the first answer that is final, or the one that there is when that takes too long: the checks tell
 * @throws what `signal` was aborted with, or `ask` throws
 */
export async function askUntil<T>(
  isFinal: (answer: T) => boolean,
  ask: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const latest = performance.now() + TIMEOUT
  for (;;) {
    const answer = await ask()
    signal.throwIfAborted()
    if (isFinal(answer) || performance.now() > latest) return answer
    await delay(INTERVAL, undefined, { signal })
  }
}
