import { MAX_STEPS } from '../../../protocol/limits.ts'
import { LOT } from '../clearing.ts'
import type { EnergyTrade, StorageFlows } from '../energy-kpis.ts'
import type { Order, OrderBook } from '../mechanisms/book.ts'
import { type ClearedBook, type ClearOptions, clearBook } from '../mechanisms/clear-book.ts'
import { roundDown } from '../round-down.ts'
import { type PlannedSlot, type SimulatedHome, type SimulatedSlot, World } from './world.ts'

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
  /**
   * Homes in the sequence in which their orders of a slot came in, by its index; by default that of the homes. Orders at the
   * price share what is left pro rata, and the sequence decides who gets the Wh that cannot be shared.
   */
  sequence?: ((slot: number) => readonly number[]) | undefined
  /** Hears of each slot when it is over. */
  onSlot?: (outcome: SlotOutcome, index: number) => void
}

/**
 * Runs homes through slots: each orders by its strategy, the market clears, and batteries balance what is left. Money is
 * that of the contract, to the unit: each home's amount of a slot is rounded once, what it pays up and what it gets down.
 * What buyers pay beyond what sellers get (grid fees, tariffs, what a mechanism or rounding leaves over) is the trade's fee;
 * of the trades of one home, one may have a unit more and another one less. Beside it each home lives through the same slots alone, its battery by the
 * same strategy.
 *
 * @throws MeshError `PLAN_INVALID` when a strategy plans what its home cannot do, `STRATEGY_FAILED` when one throws, `BATTERY_INVALID`, and what
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
  { onSlot = () => undefined, sequence = () => [...homes.keys()], ...rules }: SimulationRules = {},
): Simulation {
  const [community, alone] = [new World(homes), new World(homes)]
  const hasStorage = homes.some(({ battery }) => battery !== undefined)
  const outcomes: SlotOutcome[] = []
  const trades: EnergyTrade[] = []
  for (const [index, slot] of slots.entries()) {
    const planned = community.plan(slot, index)
    const book = bookOf(planned, sequence(index))
    const cleared = clearBook(book, rules)
    const ofSlot = tradesOf(cleared, index, homes)
    const price = cleared.quantity === 0n ? undefined : roundDown(cleared.paid, cleared.quantity)
    community.end(planned, boughtBy(homes, ofSlot), price)
    if (hasStorage) alone.end(alone.plan(slot, index), [], undefined)
    trades.push(...ofSlot)
    const outcome: SlotOutcome = {
      start: slot.start,
      orders: isOneSided(book) ? 0 : planned.filter(({ plan }) => plan.order !== undefined).length,
      tradedWh: Number(cleared.quantity),
      price,
      welfare: cleared.welfare,
      optimum: cleared.optimum,
    }
    outcomes.push(outcome)
    onSlot(outcome, index)
  }
  return {
    slots: outcomes,
    trades,
    storage: hasStorage ? { alone: alone.flows, community: community.flows } : undefined,
    storedWh: { alone: alone.storedWh, community: community.storedWh },
  }
}

/** Wh that each home bought; negative what it sold. */
function boughtBy(homes: readonly SimulatedHome[], trades: readonly EnergyTrade[]): number[] {
  const bought = homes.map(() => 0)
  for (const { buyer, seller, quantityWh } of trades) {
    bought[buyer] = (bought[buyer] ?? 0) + quantityWh
    bought[seller] = (bought[seller] ?? 0) - quantityWh
  }
  return bought
}

/** Ids number the steps in the sequence of the homes, so that shares at the margin are those of the contract. */
function bookOf(
  planned: readonly PlannedSlot[],
  sequence: readonly number[],
): { bids: Order[]; offers: Order[] } {
  const book: { bids: Order[]; offers: Order[] } = { bids: [], offers: [] }
  for (const [place, home] of sequence.entries()) {
    const order = planned[home]?.plan.order
    const side = order?.side === 'buy' ? book.bids : book.offers
    for (const [step, { price, quantity }] of (order?.steps ?? []).entries()) {
      side.push({ id: place * MAX_STEPS + step, actor: home, price, quantity })
    }
  }
  return book
}

function isOneSided({ bids, offers }: OrderBook): boolean {
  return bids.length === 0 || offers.length === 0
}

function tradesOf({ trades }: ClearedBook, slot: number, homes: readonly SimulatedHome[]): EnergyTrade[] {
  const [paid, received] = [new Rounded(-1n), new Rounded(1n)]
  return trades.map(({ bid, offer, quantity, buyerPrice, sellerPrice }) => {
    const [buyer, seller] = [Number(bid.actor), Number(offer.actor)]
    const payment = paid.add(buyer, (buyerPrice + (homes[buyer]?.tariff ?? 0n)) * quantity)
    const income = received.add(seller, (sellerPrice - (homes[seller]?.tariff ?? 0n)) * quantity)
    return { slot, buyer, seller, quantityWh: Number(quantity), payment, fee: payment - income }
  })
}

/** Each home's amount in minor units, the whole of it rounded: down with a sign of 1n, up with -1n. */
class Rounded {
  readonly #sign: bigint
  readonly #thousandths = new Map<number, bigint>()

  constructor(sign: bigint) {
    this.#sign = sign
  }

  /** @returns by how much the home's amount grows with so many thousandths more */
  add(home: number, thousandths: bigint): bigint {
    const before = this.#thousandths.get(home) ?? 0n
    this.#thousandths.set(home, before + thousandths)
    return this.#round(before + thousandths) - this.#round(before)
  }

  #round(thousandths: bigint): bigint {
    return this.#sign * roundDown(this.#sign * thousandths, LOT)
  }
}
