import type { Hex } from '../../../protocol/types.ts'
import { background, type Timer } from '../../platform/timers.ts'
import { type Deal, hasEnded, type Tab } from '../../policy/deal.ts'
import type { Deals } from '../../policy/deals.ts'
import { SAVE_INTERVAL } from './constants.ts'

/** A deal about a service. */
export type TabDeal = Deal & { readonly tab: Tab }

export function isTab(deal: Deal): deal is TabDeal {
  return deal.tab !== undefined
}

/** Keeps what a side knows of a tab in the journal, at most once in `SAVE_INTERVAL`: answers are many. */
export class TabRecord {
  readonly #components: { deals: Deals; report: (error: unknown) => void }
  readonly #id: Hex
  #tab: Tab
  #timer: Timer | undefined

  constructor(components: { deals: Deals; report: (error: unknown) => void }, { id, tab }: TabDeal) {
    this.#components = components
    this.#id = id
    this.#tab = tab
  }

  get tab(): Tab {
    return this.#tab
  }

  /** Changes it, and has it written down soon. */
  change(change: Partial<Tab>): void {
    this.#tab = { ...this.#tab, ...change }
    this.#timer ??= background(setTimeout(() => this.save(), SAVE_INTERVAL))
  }

  /** Writes it down now. */
  async save(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const { deals, report } = this.#components
    const deal = deals.get(this.#id)
    if (deal === undefined || hasEnded(deal)) return
    await deals.change(this.#id, { tab: this.#tab }).catch(report)
  }
}
