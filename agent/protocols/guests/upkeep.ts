import type { Hex } from '../../../protocol/types.ts'
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
  readonly #books: readonly { book: Book; turn: number; busy: Set<Hex> }[]
  #timer: Timer | undefined
  #isBusy = false

  constructor(components: UpkeepComponents, books: readonly Book[]) {
    this.#components = components
    this.#books = books.map((book) => ({ book, turn: 0, busy: new Set() }))
  }

  start(): void {
    this.#timer = background(setInterval(() => void this.#sweep(), SWEEP_INTERVAL))
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Some at a time, in turn, and side by side: none that fails, or takes its time, keeps another out. */
  async #sweep(): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    const { chain, held, report } = this.#components
    try {
      const now = await chain.now()
      held.prune(now)
      for (const each of this.#books) {
        const { book, busy } = each
        const idle = book.deals.live().filter(({ id }) => !busy.has(id))
        const from = idle.length === 0 ? 0 : each.turn % idle.length
        const taken = [...idle.slice(from), ...idle.slice(0, from)].slice(0, MAX_SWEEP - busy.size)
        each.turn += taken.length
        for (const deal of taken) {
          busy.add(deal.id)
          book
            .advance(deal, now)
            .catch(report)
            .finally(() => busy.delete(deal.id))
        }
      }
    } catch (error) {
      report(error)
    } finally {
      this.#isBusy = false
    }
  }
}
