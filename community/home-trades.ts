import { type Address, type Deal, isOpen } from '../agent/index.ts'
import { shareOf } from '../protocol/types.ts'

/** Trades of which the books of a community's homes, taken together, have each once. Money in minor units, energy in Wh. */
export interface HomeTrades {
  /** Trades that were delivered and paid for, and agreements that have not ended. */
  settled: number
  open: number
  /** Of the settled ones: energy, what buyers paid for it, and the fees in that. */
  wh: number
  paid: bigint
  fees: bigint
}

/**
 * The trades that a home counts for its community: what it bought from whomever, and what it sold to others than its homes. What
 * a home sold to another one is counted by that one.
 *
 * @param deals of the home
 * @param community addresses of all its homes
 */
export function homeTrades(deals: Iterable<Deal>, community: readonly Address[]): HomeTrades {
  const homes = new Set(community.map((address) => address.toLowerCase()))
  const trades: HomeTrades = { settled: 0, open: 0, wh: 0, paid: 0n, fees: 0n }
  for (const deal of deals) {
    const { agreement, outcome, role } = deal
    if (role === 'seller' && homes.has(agreement.buyer.toLowerCase())) continue
    if (deal.state === 'signed' || isOpen(deal)) trades.open += 1
    if (outcome === undefined || outcome.paid === 0n) continue
    trades.settled += 1
    trades.wh += Number(outcome.quantity)
    trades.paid += outcome.paid
    trades.fees += shareOf(outcome.paid, agreement.feeBps)
  }
  return trades
}
