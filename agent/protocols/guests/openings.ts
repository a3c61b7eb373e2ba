import { ChainError, RefusedError } from '../../../protocol/errors.ts'
import type { Address } from '../../../protocol/types.ts'
import { RateLimits } from '../../network/rate-limits.ts'
import type { Deals } from '../../policy/deals.ts'
import type { Sent } from '../negotiation/deal-chain.ts'
import { MAX_LIVE_DEALS, MAX_LIVE_DEALS_PER_GUEST, OPENINGS, OPENINGS_PER_GUEST } from './constants.ts'

/** How many deals a carrier opens: each costs its gas. */
export class Openings {
  readonly #deals: Pick<Deals, 'live'>
  readonly #taken = new RateLimits()

  constructor(deals: Pick<Deals, 'live'>) {
    this.#deals = deals
  }

  /**
   * Opens one more deal. One that the chain refuses beforehand costs nothing, and is not counted: a signature that is none, or money
   * that is not there, would else use up what there is for all.
   *
   * @throws RefusedError `OPENINGS_EXCEEDED`; as `open`
   */
  async open(guest: Address, open: () => Promise<Sent>): Promise<Sent> {
    this.#take(guest)
    try {
      return await open()
    } catch (error) {
      if (error instanceof ChainError && error.code === 'CALL_REVERTED' && error.field === 'call') {
        this.#taken.giveBack(guest, OPENINGS_PER_GUEST)
        this.#taken.giveBack('', OPENINGS)
      }
      throw error
    }
  }

  #take(guest: Address): void {
    const live = this.#deals.live()
    const own = live.filter(({ agreement }) => agreement.buyer === guest)
    const isFull = live.length >= MAX_LIVE_DEALS || own.length >= MAX_LIVE_DEALS_PER_GUEST
    if (!isFull && this.#taken.take(guest, OPENINGS_PER_GUEST) && this.#taken.take('', OPENINGS)) return
    throw new RefusedError('OPENINGS_EXCEEDED', 'A carrier opens no more deals for now.', {
      field: 'accept',
      expected: isFull
        ? `at most ${MAX_LIVE_DEALS} deals that have not ended, ${MAX_LIVE_DEALS_PER_GUEST} of them of one guest`
        : `${OPENINGS_PER_GUEST.perMinute} a minute for one guest, ${OPENINGS.perMinute} for all`,
      remedy: 'Send the transaction yourself, or try again in a minute while the offer lasts.',
    })
  }
}
