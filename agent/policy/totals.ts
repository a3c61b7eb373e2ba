import { shareOf } from '../../protocol/types.ts'
import { type Deal, type DealState, isOpen } from './deal.ts'

/** What an agent's deals came to; money in minor units, quantities in the capability's unit. */
export interface Totals {
  settled: number
  refunded: number
  /** Ended by a party before it was delivered, which may have cost it a part of the payment. */
  cancelled: number
  /** Ended by a dispute. */
  resolved: number
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

/** Adds up deals: what has ended counts with what came of it, and what has not moved no money for good. */
export function totalsOf(deals: Iterable<Deal>): Totals {
  const totals: Totals = {
    settled: 0,
    refunded: 0,
    cancelled: 0,
    resolved: 0,
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
    if (!isCounted(deal.state)) continue
    totals[deal.state] += 1
    const { agreement, role, outcome } = deal
    if (outcome === undefined) continue
    if (outcome.paid > 0n) totals.maxRounds = Math.max(totals.maxRounds, Number(deal.terms.round))
    if (role === 'buyer') {
      totals.bought += outcome.quantity
      totals.paid += outcome.paid
    } else {
      const fee = shareOf(outcome.paid, agreement.feeBps)
      totals.sold += outcome.quantity
      totals.received += outcome.paid - fee
      totals.fees += fee
    }
  }
  return totals
}

type Counted = 'settled' | 'refunded' | 'cancelled' | 'resolved'

function isCounted(state: DealState): state is Counted {
  return state === 'settled' || state === 'refunded' || state === 'cancelled' || state === 'resolved'
}
