/** Seconds. */
const DAY = 86_400

/**
 * Seconds from a time until the first, of that day or the next, at which it is as late in the day as at another time.
 *
 * @param from Unix seconds
 * @param other Unix seconds, of whatever day
 *
 * @example untilTimeOf(0, 86_400 + 900) // 900
 */
export function untilTimeOf(from: number, other: number): number {
  return (((other - from) % DAY) + DAY) % DAY
}
