/** A listener that throws, or whose promise is rejected, is at fault by itself: neither a deal nor a message may suffer for it. */
export function guarded<T>(
  fn: (value: T) => unknown,
  report: (error: unknown) => void = () => undefined,
): (value: T) => void {
  return (value) => {
    try {
      const doing = fn(value)
      if (doing instanceof Promise) doing.catch(report)
    } catch (error) {
      report(error)
    }
  }
}
