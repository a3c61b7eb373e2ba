/**
 * Waits for an action no longer than a signal lets it. An action that cannot be ended goes on unheard.
 *
 * @throws whatever `signal` was aborted with, or `action` throws
 */
export async function abortable<T>(action: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return action()
  signal.throwIfAborted()
  const { promise, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([action(), promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** Aborted when the first signal is, or the second where there is one. */
export function either(first: AbortSignal, second: AbortSignal | undefined): AbortSignal {
  return second === undefined ? first : AbortSignal.any([first, second])
}
