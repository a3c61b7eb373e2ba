import type { Hex, MarketOrder, Signed } from '../../protocol/types.ts'
import type { Journal } from './journal.ts'
import { Journaled } from './journaled.ts'
import { isFinal, type SlotReceipt } from './slot-receipt.ts'

/** What is written before others hear of it: an own order, a duty that is taken up, what it cost, and what came of an order. */
type Entry =
  | { kind: 'order'; market: Hex; slot: bigint; order: Signed<MarketOrder> }
  | { kind: 'duty'; market: Hex; slot: bigint; name: string; at: bigint }
  | { kind: 'over'; market: Hex; slot: bigint }
  | { kind: 'receipt'; market: Hex; slot: bigint; receipt: SlotReceipt }
  | Cost

/** Most receipts of orders that have ended; the oldest are forgotten first. */
const MOST_RECEIPTS = 1_000

/** Wei that relaying for a slot has cost, or was thought to cost too much, at a time in Unix seconds. */
interface Cost {
  kind: 'cost'
  market: Hex
  slot: bigint
  at: bigint
  cost: bigint
}

/** Seconds of a day. */
const DAY = 86_400n

interface Slot {
  market: Hex
  slot: bigint
  order: Signed<MarketOrder> | undefined
  /** When each duty was taken up last, Unix seconds. */
  duties: Map<string, bigint>
}

/** What this agent has ordered and done for slots, on disk before anybody hears of it. */
export class SlotRecords extends Journaled<Entry> {
  /** Slots that are not over for this agent. */
  readonly #slots = new Map<string, Slot>()
  readonly #receipts = new Map<string, SlotReceipt>()
  /** What relaying has cost on the newest day on which it cost any, and on the one before. */
  #costs: Cost[] = []

  /** @param entries what the journal held when it was opened */
  constructor(journal: Journal, entries: readonly unknown[] = []) {
    super(journal)
    for (const entry of entries) this.apply(entry as Entry)
  }

  /** The slots of a market that are not over for this agent. */
  open(market: Hex): bigint[] {
    return [...this.#slots.values()].filter((slot) => slot.market === market).map(({ slot }) => slot)
  }

  orderOf(market: Hex, slot: bigint): Signed<MarketOrder> | undefined {
    return this.#slots.get(keyOf(market, slot))?.order
  }

  /** When a duty was taken up last, Unix seconds. */
  takenUpAt(market: Hex, slot: bigint, name: string): bigint | undefined {
    return this.#slots.get(keyOf(market, slot))?.duties.get(name)
  }

  receiptOf(market: Hex, slot: bigint): SlotReceipt | undefined {
    return this.#receipts.get(keyOf(market, slot))
  }

  /** What came of this agent's orders in a market, in the order in which they last changed. */
  receipts(market: Hex): SlotReceipt[] {
    return [...this.#receipts.values()].filter((receipt) => receipt.market === market)
  }

  /** Remembers an own order. Returns when it is safe to tell others. */
  addOrder(order: Signed<MarketOrder>): Promise<void> {
    const { market, slot } = order.value
    return this.record({ kind: 'order', market, slot, order })
  }

  /** Remembers that a duty is taken up. Returns when it is safe to pay for it. */
  takeUp(market: Hex, slot: bigint, name: string, at: bigint): Promise<void> {
    return this.record({ kind: 'duty', market, slot, name, at })
  }

  /** Wei that relaying for a slot has cost, since yesterday. */
  costOf(market: Hex, slot: bigint): bigint {
    return total(this.#costs.filter((cost) => cost.market === market && cost.slot === slot))
  }

  /** Wei that relaying has cost on the day of a time. @param now Unix seconds */
  costOn(now: bigint): bigint {
    return total(this.#costs.filter(({ at }) => at / DAY === now / DAY))
  }

  /** Remembers what relaying for a slot cost, or below zero, what it cost less than it was thought to. */
  addCost(market: Hex, slot: bigint, at: bigint, cost: bigint): Promise<void> {
    return this.record({ kind: 'cost', market, slot, at, cost })
  }

  /** Remembers what came of an own order. */
  addReceipt(receipt: SlotReceipt): Promise<void> {
    const { market, slot } = receipt
    return this.record({ kind: 'receipt', market, slot, receipt })
  }

  /** Forgets what was done for a slot. */
  end(market: Hex, slot: bigint): Promise<void> {
    return this.record({ kind: 'over', market, slot })
  }

  protected apply(entry: Entry): void {
    const key = keyOf(entry.market, entry.slot)
    switch (entry.kind) {
      case 'order':
        this.#slotOf(entry).order = entry.order
        return
      case 'duty':
        this.#slotOf(entry).duties.set(entry.name, entry.at)
        return
      case 'over':
        this.#slots.delete(key)
        return
      case 'cost':
        this.#costs = added(this.#costs, entry)
        return
      case 'receipt':
        this.#receipts.delete(key)
        this.#receipts.set(key, entry.receipt)
        if (this.#receipts.size > MOST_RECEIPTS) this.#forgetOldest()
    }
  }

  #slotOf({ market, slot }: Entry): Slot {
    const key = keyOf(market, slot)
    const known = this.#slots.get(key) ?? { market, slot, order: undefined, duties: new Map() }
    this.#slots.set(key, known)
    return known
  }

  #forgetOldest(): void {
    for (const [key, receipt] of this.#receipts) {
      if (!isFinal(receipt)) continue
      this.#receipts.delete(key)
      return
    }
  }
}

/** What is still needed of a journal of slots: all of those that are not over, the newest receipt of each, and late costs. */
export function latestSlots(entries: readonly unknown[]): unknown[] {
  const open = new Map<string, Entry[]>()
  const receipts = new Map<string, Entry>()
  let costs: Cost[] = []
  for (const entry of entries as readonly Entry[]) {
    const key = keyOf(entry.market, entry.slot)
    if (entry.kind === 'cost') costs = added(costs, entry)
    else if (entry.kind === 'receipt') {
      receipts.delete(key)
      receipts.set(key, entry)
    } else if (entry.kind === 'over') open.delete(key)
    else open.set(key, [...(open.get(key) ?? []), entry])
  }
  return [...[...open.values()].flat(), ...costs, ...[...receipts.values()].slice(-MOST_RECEIPTS)]
}

/** Costs with another one, in one entry for each slot and day, without those of days before yesterday. */
function added(costs: readonly Cost[], next: Cost): Cost[] {
  const isSame = ({ market, slot, at }: Cost) =>
    market === next.market && slot === next.slot && at / DAY === next.at / DAY
  const others = costs.filter((cost) => !isSame(cost) && cost.at / DAY >= next.at / DAY - 1n)
  return [...others, { ...next, cost: total(costs.filter(isSame)) + next.cost }]
}

function total(costs: readonly Cost[]): bigint {
  return costs.reduce((sum, { cost }) => sum + cost, 0n)
}

function keyOf(market: Hex, slot: bigint): string {
  return `${market} ${slot}`
}
