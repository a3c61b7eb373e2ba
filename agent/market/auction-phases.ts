/**
 * When the two phases of an auction end. The first by the clock, for all together: while steps are large at one and small at
 * another, fares of the two say nothing about each other. The second when all have settled, and not by the clock alone: a market
 * that is slow today would be cut off in the middle. Nor by each auction's own quiet: a bidder would be bound to one before it
 * knows that it will be outbid at another; so whoever leads tells its auction while others move. See docs/rides.md for figures.
 */

/** How many ticks a period has: auctions end at one of them, so that most end together. */
const TICKS = 8
/** How many of them an auction waits for a bid where some have bid, and nobody leads: they may be on their way elsewhere. */
const LEADERLESS = 4
/** Most periods by which an auction is prolonged: nobody may keep it open for ever. */
const MOST = 6
/** Milliseconds that it may take until an intent is published. */
const ANNOUNCING = 30_000

/** Milliseconds for which nothing may have moved when an auction ends. @param period milliseconds */
export function tickOf(period: number): number {
  return period / TICKS
}

/**
 * When the second phase of an auction begins that begins now: halfway between two multiples of the period, a tick from now or
 * later.
 *
 * @param now Unix milliseconds
 * @param period milliseconds
 * @returns Unix milliseconds
 */
export function refining(now: number, period: number): number {
  const earliest = now + tickOf(period)
  return earliest + ((1.5 * period - (earliest % period)) % period)
}

/** When an auction may end, and when it ends whatever moves. @param refined when its second phase has begun; Unix milliseconds */
export function closing(refined: number, period: number): { earliest: number; latest: number } {
  const earliest = refined + period / 2
  return { earliest, latest: earliest + MOST * period }
}

/** When an auction has ended at the latest that is announced now, or was before. @param now Unix milliseconds */
export function endOf(now: number, period: number): number {
  return closing(refining(now + ANNOUNCING, period), period).latest
}

/**
 * Whether an auction has come to its end.
 *
 * @param auction.quiet milliseconds since a bid was taken or repeated
 */
export function isSettled(
  { quiet, bidders, isLed }: { quiet: number; bidders: number; isLed: boolean },
  period: number,
): boolean {
  const isForsaken = bidders > 0 && !isLed
  return quiet >= tickOf(period) * (isForsaken ? LEADERLESS : 1)
}
