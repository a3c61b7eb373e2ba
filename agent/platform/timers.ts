/** What `setTimeout` and `setInterval` give: an object in Node, a number in browsers. */
export type Timer = ReturnType<typeof setTimeout>

/** Lets the process end while a timer still runs. In a browser there is none to hold up. @returns the timer */
export function background(timer: Timer): Timer {
  if (typeof timer === 'object') timer.unref()
  return timer
}

/**
 * Waits, without holding up the end of the process.
 *
 * @param duration milliseconds
 * @throws whatever `signal` was aborted with
 */
export function sleep(duration: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const onAbort = () => reject(signal.reason)
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  const timer = background(setTimeout(resolve, duration))
  return promise.finally(() => {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  })
}
