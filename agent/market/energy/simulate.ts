import type { PastSlot, SlotPlan, SlotStrategy, SlotView } from '../../strategy/energy/strategy.ts'
import type { EnergyTrade, StorageFlows, Tariff } from '../energy-kpis.ts'
import type { Order, OrderBook } from '../mechanisms/book.ts'
import { type ClearedBook, type ClearOptions, clearBook } from '../mechanisms/clear-book.ts'
import { MAX_STEPS } from '../order-book.ts'
import { roundDown } from '../round-down.ts'
import type { MeterReading } from '../slot-energy.ts'
import { type Battery, checkBattery, rangeOf, storedAfter } from './battery.ts'
import { checkPlan } from './plan.ts'

/** A home of a simulated community. */
export interface SimulatedHome {
  strategy: SlotStrategy
  /** What it pays for the grid on each kWh that it trades, in minor units; 0 when it is left out. */
  tariff?: bigint | undefined
  /** With what it holds at first. */
  battery?: (Battery & { storedWh: number }) | undefined
}

/** A slot as the meters have it, and what the grid takes and gives in it. */
export interface SimulatedSlot extends Tariff {
  /** [start, end), Unix seconds. */
  start: number
  end: number
  /** In the order of the homes. */
  readings: readonly MeterReading[]
}

/** What a market made of a slot. */
export interface SlotOutcome {
  start: number
  /** How many homes ordered; 0 where all are on one side, because then nothing has to be cleared. */
  orders: number
  /** Wh that changed hands. */
  tradedWh: number
  /** Minor units per kWh that buyers paid on average, tariffs left out; undefined when nothing was traded. */
  price: bigint | undefined
  /** Gain over the limits of the orders, and the most that there was, in thousandths of a minor unit. */
  welfare: bigint
  optimum: bigint
}

/** What came of a simulation. */
export interface Simulation {
  slots: SlotOutcome[]
  /** In slots and homes by their index. */
  trades: EnergyTrade[]
  /** What batteries did; undefined where there are none. */
  storage: StorageFlows | undefined
  /** Wh that each home's battery holds at the end. */
  storedWh: { alone: number[]; community: number[] }
}

export interface SimulationRules extends ClearOptions {
  /** Hears of each slot when it is over. */
  onSlot?: (outcome: SlotOutcome, index: number) => void
}

/**
 * Runs homes through slots: each orders by its strategy, the market clears, and batteries balance what is left. Trades
 * are paid to the unit, each side's amount rounded down; what buyers pay beyond what sellers get (grid fees, tariffs, what
 * a mechanism leaves over) is the trade's fee. Beside it each home lives through the same slots alone, its battery by the
 * same strategy.
 *
 * @throws MeshError `PLAN_INVALID` when a strategy plans what its home cannot do, `BATTERY_INVALID`, and what
 *   {@link clearBook} throws.
 *
 * @example
 * ```ts
 * const homes = [{ strategy: truthful }, { strategy: truthful }]
 * const readings = [{ loadWh: 100, pvWh: 400 }, { loadWh: 250, pvWh: 0 }]
 * const slot = { start: 0, end: 900, readings, retailPrice: 300_000n, feedInPrice: 80_000n }
 * simulateSlots([slot], homes).trades // 250 Wh from home 0 to home 1, at the feed-in price: supply is left over
 * ```
 */
export function simulateSlots(
  slots: readonly SimulatedSlot[],
  homes: readonly SimulatedHome[],
  { onSlot = () => undefined, ...rules }: SimulationRules = {},
): Simulation {
  for (const { battery } of homes) if (battery !== undefined) checkBattery(battery, battery.storedWh)
  const hasStorage = homes.some(({ battery }) => battery !== undefined)
  const atFirst = homes.map(({ battery }) => battery?.storedWh ?? 0)
  const storedWh = { alone: atFirst, community: [...atFirst] }
  const storage = { alone: [] as number[][], community: [] as number[][] }
  const pasts = homes.map((): { alone: PastSlot[]; community: PastSlot[] } => ({ alone: [], community: [] }))
  const outcomes: SlotOutcome[] = []
  const trades: EnergyTrade[] = []

  function look(world: keyof StorageFlows, index: number, slot: SimulatedSlot): SlotView[] {
    return homes.map(({ battery, tariff = 0n }, home) => ({
      ...{ home, slot: index, start: slot.start, end: slot.end, tariff },
      ...{ retailPrice: slot.retailPrice, feedInPrice: slot.feedInPrice },
      meter: slot.readings[home] ?? { loadWh: 0, pvWh: 0 },
      battery: battery && {
        ...rangeOf(battery, storedWh[world][home] ?? 0, slot.end - slot.start),
        capacityWh: battery.capacityWh,
        efficiency: battery.efficiency,
      },
      past: pasts[home]?.[world] ?? [],
    }))
  }

  function decide(views: readonly SlotView[]): SlotPlan[] {
    return views.map((view, home) => {
      const plan = homes[home]?.strategy(view) ?? {}
      checkPlan(plan, view)
      return plan
    })
  }

  /** Batteries take what is left and give what is lacking, and what they are told besides. */
  function balance(
    world: keyof StorageFlows,
    views: readonly SlotView[],
    plans: readonly SlotPlan[],
    boughtWh: readonly number[],
    price: bigint | undefined,
  ): void {
    const flows = views.map(({ meter, battery, start, retailPrice, feedInPrice }, home) => {
      pasts[home]?.[world].push({ start, meter, retailPrice, feedInPrice, price })
      const owner = homes[home]?.battery
      if (battery === undefined || owner === undefined) return 0
      const leftWh = meter.pvWh - meter.loadWh + (boughtWh[home] ?? 0)
      const gridWh = plans[home]?.gridWh ?? 0
      const own = gridWh > 0 ? Math.max(0, leftWh) : gridWh < 0 ? Math.min(0, leftWh) : leftWh
      const flow = Math.max(-battery.givesWh, Math.min(battery.takesWh, gridWh + own))
      storedWh[world][home] = storedAfter(owner, battery.storedWh, flow)
      return flow
    })
    storage[world].push(flows)
  }

  for (const [index, slot] of slots.entries()) {
    const views = look('community', index, slot)
    const plans = decide(views)
    const book = bookOf(plans)
    const cleared = clearBook(book, rules)
    const ofSlot = tradesOf(cleared, index, homes)
    const boughtWh = homes.map(() => 0)
    for (const { buyer, seller, quantityWh } of ofSlot) {
      boughtWh[buyer] = (boughtWh[buyer] ?? 0) + quantityWh
      boughtWh[seller] = (boughtWh[seller] ?? 0) - quantityWh
    }
    const price = cleared.quantity === 0n ? undefined : roundDown(cleared.paid, cleared.quantity)
    balance('community', views, plans, boughtWh, price)
    if (hasStorage) {
      const alone = look('alone', index, slot)
      balance('alone', alone, decide(alone), [], undefined)
    }
    trades.push(...ofSlot)
    const outcome: SlotOutcome = {
      start: slot.start,
      orders: isOneSided(book) ? 0 : plans.filter(({ order }) => order !== undefined).length,
      tradedWh: Number(cleared.quantity),
      price,
      welfare: cleared.welfare,
      optimum: cleared.optimum,
    }
    outcomes.push(outcome)
    onSlot(outcome, index)
  }
  return { slots: outcomes, trades, storage: hasStorage ? storage : undefined, storedWh }
}

/** Ids number the steps by home, so that shares at the margin are those of the contract for orders in that sequence. */
function bookOf(plans: readonly SlotPlan[]): { bids: Order[]; offers: Order[] } {
  const book: { bids: Order[]; offers: Order[] } = { bids: [], offers: [] }
  for (const [home, { order }] of plans.entries()) {
    const side = order?.side === 'buy' ? book.bids : book.offers
    for (const [step, { price, quantity }] of (order?.steps ?? []).entries()) {
      side.push({ id: home * MAX_STEPS + step, actor: home, price, quantity })
    }
  }
  return book
}

function isOneSided({ bids, offers }: OrderBook): boolean {
  return bids.length === 0 || offers.length === 0
}

function tradesOf({ trades }: ClearedBook, slot: number, homes: readonly SimulatedHome[]): EnergyTrade[] {
  return trades.map(({ bid, offer, quantity, buyerPrice, sellerPrice }) => {
    const [buyer, seller] = [Number(bid.actor), Number(offer.actor)]
    const payment = roundDown((buyerPrice + (homes[buyer]?.tariff ?? 0n)) * quantity, 1000n)
    const received = roundDown((sellerPrice - (homes[seller]?.tariff ?? 0n)) * quantity, 1000n)
    return { slot, buyer, seller, quantityWh: Number(quantity), payment, fee: payment - received }
  })
}
