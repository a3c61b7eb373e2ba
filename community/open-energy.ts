import { slotEnergy } from '../agent/index.ts'
import type { Reading } from './messages.ts'

/** How much of a slot's energy has been traded, from what the homes say. Energy in Wh. */
export class OpenEnergy {
  /** Most that can be traded in the slot. */
  readonly maxTradableWh: number
  readonly #atStart: ReadonlyMap<string, number>
  readonly #open: Map<string, number>
  readonly #cleared = Promise.withResolvers<void>()

  constructor(readings: readonly Reading[]) {
    this.maxTradableWh = slotEnergy(readings).maxTradableWh
    this.#atStart = new Map(readings.map(({ home, loadWh, pvWh }) => [home, pvWh - loadWh]))
    this.#open = new Map(this.#atStart)
    this.#check()
  }

  /** Fulfilled when both sides of everything that can be traded are known to be under agreements. */
  get cleared(): Promise<void> {
    return this.#cleared.promise
  }

  /** A home's open energy: surplus positive, deficit negative. */
  openWh(home: string): number {
    return this.#open.get(home) ?? 0
  }

  /** What a home has traded in this slot: sold positive, bought negative. */
  tradedWh(home: string): number {
    return (this.#atStart.get(home) ?? 0) - this.openWh(home)
  }

  /** What all homes together have sold in this slot. */
  get soldWh(): number {
    return this.#sum((wh) => Math.max(wh, 0))
  }

  /** What all homes together have bought in this slot. */
  get boughtWh(): number {
    return this.#sum((wh) => Math.max(-wh, 0))
  }

  /** What homes have both sold and bought: never more than {@link maxTradableWh}, though outsiders trade with them too. */
  get matchedWh(): number {
    return Math.min(this.soldWh, this.boughtWh)
  }

  /** Takes what a home says; homes of other communities are left out. */
  update(home: string, openWh: number): void {
    if (!this.#open.has(home)) return
    this.#open.set(home, openWh)
    this.#check()
  }

  #check(): void {
    // Both sides: a buyer may learn of an opening later than its seller, and must not be cut off in between.
    if (this.matchedWh >= this.maxTradableWh) this.#cleared.resolve()
  }

  #sum(pick: (tradedWh: number) => number): number {
    let sum = 0
    for (const home of this.#open.keys()) sum += pick(this.tradedWh(home))
    return sum
  }
}
