import { MeshError } from '../../protocol/errors.ts'
import { RateLimits } from './rate-limits.ts'

/** How many errors of one sort are reported: 20 at once, and 60 a minute. */
const REPORTS = { perMinute: 60, burst: 20 }

/**
 * A report that whoever sends too much cannot fill the log by: of each sort (code, or name where there is none) it
 * passes on 20 at once, and one a second in the long run.
 *
 * @param clock monotonic milliseconds
 */
export function boundedReport(
  report: (error: unknown) => void,
  clock?: () => number,
): (error: unknown) => void {
  const rates = new RateLimits(clock)
  return (error) => {
    if (rates.take(sortOf(error), REPORTS)) report(error)
  }
}

function sortOf(error: unknown): string {
  if (error instanceof MeshError) return error.code
  return error instanceof Error ? error.name : typeof error
}
