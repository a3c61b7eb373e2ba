/** A listener that throws is at fault by itself: neither a deal nor a message may suffer for it. */
export function guarded<T>(
  fn: (value: T) => void,
  report: (error: unknown) => void = () => undefined,
): (value: T) => void {
  return (value) => {
    try {
      fn(value)
    } catch (error) {
      report(error)
    }
  }
}
