import { type Deal, isOpen } from '../../policy/deal.ts'
import type { Deals } from '../../policy/deals.ts'
import type { DealChain } from '../negotiation/deal-chain.ts'
import { isPast } from '../negotiation/machine/commitment.ts'
import { refundFrom, windowEnd } from '../negotiation/timing.ts'
import type { Book } from './upkeep.ts'

/** What guests buy: it is held against the chain, and money comes back that nobody has earned. */
export class Purchases implements Book {
  readonly deals: Deals
  readonly #onChain: DealChain

  constructor(deals: Deals, onChain: DealChain) {
    this.deals = deals
    this.#onChain = onChain
  }

  async advance(deal: Deal, now: bigint): Promise<void> {
    const onChain = this.#onChain
    const current = await onChain.reconcile(deal)
    const { state, agreement, report } = current
    if (state === 'signed' && isPast(agreement.expiry, now))
      await this.deals.change(deal.id, { state: 'void' })
    if (!isOpen(current)) return
    // Of what was reported short, the buyer gets the rest back when the window is over.
    if (state === 'reported') {
      const isShort = report !== undefined && report.quantity < agreement.quantity
      if (isShort && now > windowEnd(current)) await onChain.claim(current)
    } else if (state === 'disputed') await onChain.resolve(current, now)
    else if (now >= refundFrom(current)) await onChain.refund(current)
  }
}
