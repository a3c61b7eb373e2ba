import {
  type Address,
  type Deal,
  defaultPolicy,
  hasEnded,
  isOpen,
  type Limits,
  sourceAttribute,
} from '../agent/index.ts'
import { Home, type HomeInit } from './home.ts'
import { homeTrades } from './home-trades.ts'
import type { Books } from './messages.ts'
import { SlotTrader } from './slot-trader.ts'

/** Test dollars that a home stakes on its word, and that it prefunds its purchases with, in minor units. */
const STAKE = 50_000_000n
const BALANCE = 100_000_000n
/** Where a home's energy comes from that says nothing else. */
const SOURCE = 'solar'

export interface HouseholdInit extends HomeInit {
  limits: Limits
  /** Seconds from an offer until what was not delivered is refunded. */
  settleWithin: number
}

/** A delivery interval and what the home has to trade in it. */
export interface HomeSlot {
  index: number
  /** [start, end), Unix seconds. */
  start: number
  end: number
  loadWh: number
  pvWh: number
}

/** One home: its agent buys what the home lacks, and sells what its roof has left, slot by slot. */
export class Household extends Home {
  readonly #init: HouseholdInit
  #trader: SlotTrader | undefined
  /** End of the latest delivery interval that is over, Unix seconds. */
  #deliveredUntil = 0n
  #onPosition: (slot: number, openWh: number) => void = () => undefined

  constructor(init: HouseholdInit) {
    const { settleWithin } = init
    const { source = SOURCE } = init.home
    const supply = { name: 'energy.supply', attributes: [sourceAttribute([source])] }
    super(init, {
      capabilities: [supply, 'energy.demand'],
      policy: {
        offerLife: BigInt(Math.min(15, Math.floor(settleWithin / 2))),
        maxCommitted: BALANCE,
        maxLiveDeals: 5_000,
        maxDuration: BigInt(settleWithin) + 60n,
        window: { ...defaultPolicy.window, own: defaultPolicy.window.least },
        reportMargin: BigInt(Math.floor(settleWithin / 4)),
      },
    })
    this.#init = init
  }

  /** Joins the mesh, takes up what an earlier process left open, and puts stake and balance in place. */
  async start(): Promise<void> {
    await this.network.connect()
    this.network.onDealChange((deal) => this.#deliverIfDue(deal))
    // Nothing is released before its interval is over; a seller that comes early comes again.
    this.network.onDelivery(
      ({ terms, agreement }, { quantity }) =>
        terms.end <= this.#deliveredUntil && quantity >= agreement.quantity,
    )
    await this.enroll({ stake: STAKE, balance: BALANCE })
  }

  /** Begins to trade a slot; the one before is closed to trade. */
  startSlot(slot: HomeSlot): void {
    this.#trader?.stop()
    this.#markDelivered(BigInt(slot.start))
    const { preferences = {}, strategy } = this.#init.home
    this.#trader = new SlotTrader({
      network: this.network,
      slot,
      limits: this.#init.limits,
      strategy: strategy.name,
      preferences,
      duration: BigInt(this.#init.settleWithin),
      onPosition: (openWh) => this.#onPosition(slot.index, openWh),
    })
  }

  /** Ends a slot's delivery interval: what was sold in it has been delivered, and is settled. */
  closeSlot(index: number): void {
    const trader = this.#trader
    if (trader?.slot.index !== index) return
    trader.stop()
    this.#markDelivered(BigInt(trader.slot.end))
  }

  /** Calls `fn` when the part of the slot's quantity changes that is under no opened agreement. */
  onPosition(fn: (slot: number, openWh: number) => void): void {
    this.#onPosition = fn
  }

  /** What the journal says. @param community addresses of its homes; without them all trades are counted here */
  books(community: readonly Address[] = []): Books {
    const { bought, sold, ...totals } = this.network.totals()
    return {
      home: this.name,
      address: this.address,
      boughtWh: Number(bought),
      soldWh: Number(sold),
      ...totals,
      trades: homeTrades(this.network.deals(), community),
    }
  }

  override async stop(): Promise<void> {
    this.#trader?.stop()
    await super.stop()
  }

  #markDelivered(until: bigint): void {
    this.#deliveredUntil = until
    for (const deal of this.network.deals()) if (!hasEnded(deal)) this.#deliverIfDue(deal)
  }

  #deliverIfDue(deal: Deal): void {
    if (deal.role !== 'seller' || deal.state !== 'opened' || !isOpen(deal)) return
    if (deal.terms.end > this.#deliveredUntil) return
    this.network.deliver(deal.id, deal.agreement.quantity).catch(this.#init.onError)
  }
}
