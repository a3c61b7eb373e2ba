/** What this agent sells, and for how much. Change it: the rest of the project keeps what it promises. */
import type { Limits } from '@mesh/sdk'

/** What the roof has to sell in each slot of a quarter of an hour, in Wh. */
export const SLOT_WH = 2_000n
/** Prices of a kWh in millionths of a test dollar: the agent asks for the high one first, and takes no less than the low one. */
const PRICES: Limits = { low: 90_000n, high: 240_000n }
/** What is not worth a transaction, in Wh. */
const LEAST_WH = 10n

/** How much is offered to a buyer, in Wh, and between which prices of a kWh it is bargained for. */
export interface Bid {
  quantity: bigint
  limits: Limits
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
