import { feeOf, paymentOf } from '../../protocol/types.ts'
import { type Deal, isOpen } from './deal.ts'

/** What an agent's deals came to; money in minor units, quantities in the capability's unit. */
export interface Totals {
  settled: number
  refunded: number
  /** Signed by both and not yet ended. */
  open: number
  bought: bigint
  sold: bigint
  paid: bigint
  /** After fees. */
  received: bigint
  fees: bigint
  gasUsed: bigint
  maxRounds: number
}

/** Adds up deals: only settled ones moved money for good. */
export function totalsOf(deals: Iterable<Deal>): Totals {
  const totals: Totals = {
    settled: 0,
    refunded: 0,
    open: 0,
    bought: 0n,
    sold: 0n,
    paid: 0n,
    received: 0n,
    fees: 0n,
    gasUsed: 0n,
    maxRounds: 0,
  }
  for (const deal of deals) {
    totals.gasUsed += deal.gasUsed
    if (deal.state === 'signed' || isOpen(deal)) totals.open += 1
    if (deal.state === 'refunded') totals.refunded += 1
    if (deal.state !== 'settled') continue
    const { agreement, role } = deal
    const payment = paymentOf(agreement)
    totals.settled += 1
    totals.maxRounds = Math.max(totals.maxRounds, Number(deal.terms.round))
    if (role === 'buyer') {
      totals.bought += agreement.quantity
      totals.paid += payment
    } else {
      const fee = feeOf(agreement)
      totals.sold += agreement.quantity
      totals.received += payment - fee
      totals.fees += fee
    }
  }
  return totals
}
