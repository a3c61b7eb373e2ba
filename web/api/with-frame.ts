/** Of a window, what draws frames. */
interface Frames {
  requestAnimationFrame(callback: () => void): number
  cancelAnimationFrame(handle: number): void
}

/** Most milliseconds that something waits for a frame. */
const LONGEST = 1_000

/**
 * Calls once, with the next frame, or after a second: a page that is hidden before it has none until it is seen again, and would
 * gather all that it is told meanwhile.
 */
export function withFrame(
  callback: () => void,
  frames: Frames = globalThis as unknown as Frames,
  longest = LONGEST,
): void {
  const frame = frames.requestAnimationFrame(call)
  const timer = setTimeout(call, longest)
  function call() {
    frames.cancelAnimationFrame(frame)
    clearTimeout(timer)
    callback()
  }
}
