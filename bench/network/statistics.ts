/** A figure of many runs. Unit: that of the values. */
export interface Spread {
  readonly p50: number
  readonly p99: number
  /** Quartiles. */
  readonly low: number
  readonly high: number
  readonly runs: number
}

/** @param values one or more */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99), low: at(0.25), high: at(0.75), runs: sorted.length }
}

/** A median with its quartiles, and the 99th percentile, in milliseconds. */
export function inMilliseconds({ p50, p99, low, high }: Spread): {
  'p50 ms (quartiles)': string
  'p99 ms': string
} {
  const text = (value: number) => value.toFixed(value < 10 ? 3 : 1)
  return { 'p50 ms (quartiles)': `${text(p50)} (${text(low)} to ${text(high)})`, 'p99 ms': text(p99) }
}

/** Milliseconds that something takes. */
export async function timed(fn: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await fn()
  return performance.now() - start
}
