/** What this agent sells, and for how much. Change it: the rest of the project keeps what it promises. */
import type { Limits } from '@mesh/sdk'

/** What answers for its word, and the most that it can lose, in millionths of a test dollar. */
export const STAKE = 50_000_000n
/** What the roof has to sell in each slot of a quarter of an hour, in Wh. */
export const SLOT_WH = 2_000n
/** Longest slot that is sold, and how long ahead, in seconds. */
const LONGEST_SLOT = 900n
const LONGEST_LEAD = 86_400n
/** Prices of a kWh in millionths of a test dollar: the agent asks for the high one first, and takes no less than the low one. */
const PRICES: Limits = { low: 90_000n, high: 240_000n }
/** What is not worth a transaction, in Wh. */
const LEAST_WH = 10n

/** When it is delivered: half-open [start, end), Unix seconds. */
export interface Slot {
  start: bigint
  end: bigint
}

/** What is promised for a slot, in Wh: bargained about, or sold. */
export interface Promised extends Slot {
  quantity: bigint
}

/** How much is offered to a buyer, in Wh, and between which prices of a kWh it is bargained for. */
export interface Bid {
  quantity: bigint
  limits: Limits
}

/**
 * What is left to sell in a slot, in Wh. Slots may overlap, as buyers choose them: of no moment more is sold than there is.
 *
 * @param promised all that is promised so far
 * @param now Unix seconds
 */
export function freeWh(promised: Iterable<Promised>, { start, end }: Slot, now: bigint): bigint {
  if (end - start > LONGEST_SLOT || start - now > LONGEST_LEAD) return 0n
  let free = SLOT_WH
  for (const other of promised) if (other.start < end && start < other.end) free -= other.quantity
  return free > 0n ? free : 0n
}

/**
 * What a buyer is offered.
 *
 * @param wantedWh what it asks for
 * @param freeWh what is left to sell in that slot
 * @returns undefined when it is offered nothing
 */
export function bidFor(wantedWh: bigint, freeWh: bigint): Bid | undefined {
  const quantity = wantedWh < freeWh ? wantedWh : freeWh
  if (quantity < LEAST_WH) return undefined
  return { quantity, limits: PRICES }
}
