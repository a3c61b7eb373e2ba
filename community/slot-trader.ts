import {
  type Deal,
  type Hex,
  hasEnded,
  isOpen,
  type Limits,
  type MeshNetwork,
  type Preferences,
  type StrategyName,
  type Trading,
} from '../agent/index.ts'
import type { HomeSlot } from './household.ts'

/** What homes trade, and the Wh for which prices are. */
const ENERGY = { capability: 'energy.supply', lot: 1000n } as const

export interface SlotTraderInit {
  network: MeshNetwork
  slot: HomeSlot
  limits: Limits
  strategy: StrategyName
  /** With whom it trades as a buyer. */
  preferences: Preferences
  /** Seconds from an offer until an unsettled agreement is refunded. */
  duration: bigint
  /** Hears how much is under no opened agreement, in Wh: surplus positive, deficit negative. */
  onPosition: (openWh: number) => void
}

/** One home's trade in one slot: it buys what it lacks, or sells what it has left, and tells how far it has come. */
export class SlotTrader {
  readonly slot: HomeSlot
  readonly #init: SlotTraderInit
  readonly #trading: Trading | undefined
  readonly #unsubscribe: () => void
  /** What was opened on chain, in Wh. */
  readonly #opened = new Map<Hex, number>()

  constructor(init: SlotTraderInit) {
    const { network } = init
    this.#init = init
    this.slot = init.slot
    // A process that starts again in the middle of a slot counts what it has traded already.
    for (const deal of network.deals()) if (!hasEnded(deal)) this.#count(deal)
    this.#unsubscribe = network.onDealChange((deal) => {
      if (this.#count(deal)) this.#report()
    })
    this.#trading = this.#trade()
    this.#report()
  }

  /** Ends trading; agreements that were reached go on. */
  stop(): void {
    this.#trading?.end()
    this.#unsubscribe()
  }

  #trade(): Trading | undefined {
    const { network, limits, strategy, preferences, duration } = this.#init
    const { loadWh, pvWh, start, end } = this.slot
    const interval = { start: BigInt(start), end: BigInt(end), replay: true }
    const wish = { ...ENERGY, ...interval, limits }
    const options = { strategy, duration }
    // Deals are settled when the slot is over.
    const ignore = () => undefined
    if (pvWh > loadWh) {
      return network.fill({ ...wish, side: 'sell', quantity: BigInt(pvWh - loadWh) }, ignore, options)
    }
    if (pvWh === loadWh) return undefined
    const lacking = { side: 'buy', quantity: BigInt(loadWh - pvWh), preferences } as const
    return network.fill({ ...wish, ...lacking }, ignore, options)
  }

  /** @returns whether it is of this slot, and was not known to be open on chain */
  #count({ id, state, terms, agreement }: Deal): boolean {
    const isOfSlot = terms.start === BigInt(this.slot.start) && terms.end === BigInt(this.slot.end)
    const isNew = isOfSlot && (isOpen({ state }) || state === 'settled') && !this.#opened.has(id)
    if (isNew) this.#opened.set(id, Number(agreement.quantity))
    return isNew
  }

  #report(): void {
    const { loadWh, pvWh } = this.slot
    const opened = [...this.#opened.values()].reduce((sum, quantity) => sum + quantity, 0)
    this.#init.onPosition(pvWh > loadWh ? pvWh - loadWh - opened : pvWh - loadWh + opened)
  }
}
