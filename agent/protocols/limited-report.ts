import { MeshError } from '../../protocol/errors.ts'
import { RateLimits } from '../network/rate-limits.ts'

/** How often a fault of one kind is told of: a peer that makes many must not fill anybody's log. */
const QUOTA = { perMinute: 60, burst: 30 }

/**
 * Passes faults on that peers cause, of each code only so many.
 *
 * @param report hears of them
 * @param clock monotonic milliseconds
 */
export function limitedReport(
  report: (error: unknown) => void,
  clock?: () => number,
): (error: unknown) => void {
  const limits = new RateLimits(clock)
  return (error) => {
    const kind = error instanceof MeshError ? error.code : String(error)
    if (limits.take(kind, QUOTA)) report(error)
  }
}
