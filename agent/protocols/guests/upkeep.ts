import type { ChainClient } from '../../chain/client.ts'
import { background, type Timer } from '../../platform/timers.ts'
import type { Deal } from '../../policy/deal.ts'
import type { Deals } from '../../policy/deals.ts'
import { MAX_SWEEP, SWEEP_INTERVAL } from './constants.ts'
import type { HeldOffers } from './held-offers.ts'

export interface UpkeepComponents {
  chain: ChainClient
  held: HeldOffers
  report: (error: unknown) => void
}

/** Deals of guests on one side, and what is due about one of them. */
export interface Book {
  deals: Deals
  /** @param now Unix seconds */
  advance(deal: Deal, now: bigint): Promise<unknown>
}

/** Takes up guests' deals from time to time: they have no gas, and may be away. */
export class Upkeep {
  readonly #components: UpkeepComponents
  readonly #books: readonly { book: Book; turn: number }[]
  #timer: Timer | undefined
  #isBusy = false

  constructor(components: UpkeepComponents, books: readonly Book[]) {
    this.#components = components
    this.#books = books.map((book) => ({ book, turn: 0 }))
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
    const { chain, held, report } = this.#components
    try {
      const now = await chain.now()
      held.prune(now)
      for (const each of this.#books) {
        const live = each.book.deals.live()
        const from = live.length === 0 ? 0 : each.turn % live.length
        const taken = [...live.slice(from), ...live.slice(0, from)].slice(0, MAX_SWEEP)
        each.turn += taken.length
        for (const deal of taken) await each.book.advance(deal, now).catch(report)
      }
    } catch (error) {
      report(error)
    } finally {
      this.#isBusy = false
    }
  }
}
