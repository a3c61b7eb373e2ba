import type { ChainClient } from '../../chain/client.ts'
import { background, type Timer } from '../../platform/timers.ts'
import { type Deal, isOpen } from '../../policy/deal.ts'
import type { Deals } from '../../policy/deals.ts'
import type { DealChain } from '../negotiation/deal-chain.ts'
import { isPast } from '../negotiation/machine/commitment.ts'
import { refundFrom, windowEnd } from '../negotiation/timing.ts'
import { MAX_SWEEP, SWEEP_INTERVAL } from './constants.ts'
import type { HeldOffers } from './held-offers.ts'

export interface UpkeepComponents {
  chain: ChainClient
  deals: Deals
  held: HeldOffers
  onChain: DealChain
  report: (error: unknown) => void
}

/** Holds guests' deals against the chain, and gets their money back that nobody has earned: they have no gas for it. */
export class Upkeep {
  readonly #components: UpkeepComponents
  #timer: Timer | undefined
  #turn = 0
  #isBusy = false

  constructor(components: UpkeepComponents) {
    this.#components = components
  }

  start(): void {
    this.#timer = background(setInterval(() => void this.#sweep(), SWEEP_INTERVAL))
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Some at a time, and in turn: what fails is tried again, and keeps no other out. */
  async #sweep(): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    const { chain, deals, held, report } = this.#components
    try {
      const now = await chain.now()
      held.prune(now)
      const live = deals.live()
      const from = live.length === 0 ? 0 : this.#turn % live.length
      const taken = [...live.slice(from), ...live.slice(0, from)].slice(0, MAX_SWEEP)
      this.#turn += taken.length
      for (const deal of taken) await this.#advance(deal, now).catch(report)
    } catch (error) {
      report(error)
    } finally {
      this.#isBusy = false
    }
  }

  async #advance(deal: Deal, now: bigint): Promise<void> {
    const { deals, onChain } = this.#components
    const current = await onChain.reconcile(deal)
    const { state, agreement, report } = current
    if (state === 'signed' && isPast(agreement.expiry, now)) await deals.change(deal.id, { state: 'void' })
    if (!isOpen(current)) return
    // Of what was reported short, the buyer gets the rest back when the window is over.
    if (state === 'reported') {
      const isShort = report !== undefined && report.quantity < agreement.quantity
      if (isShort && now > windowEnd(current)) await onChain.claim(current)
    } else if (state === 'disputed') await onChain.resolve(current, now)
    else if (now >= refundFrom(current)) await onChain.refund(current)
  }
}
