import type { PriceStep } from '../../../protocol/types.ts'
import type { BatteryRange } from '../../market/energy/battery.ts'
import type { MeterReading } from '../../market/slot-energy.ts'

/** A slot that is over, as one home remembers it. */
export interface PastSlot {
  /** Unix seconds. */
  start: number
  meter: MeterReading
  retailPrice: bigint
  feedInPrice: bigint
  /** Minor units per kWh that trades had, on average; undefined when there were none. */
  price: bigint | undefined
}

/** What a home's battery can do in the slot. */
export interface BatteryView extends BatteryRange {
  capacityWh: number
  /** Percent. */
  efficiency: number
}

/** What an agent knows of a slot when it orders. */
export interface SlotView {
  /** Index of the home, and of the slot. */
  home: number
  slot: number
  /** [start, end), Unix seconds. */
  start: number
  end: number
  /** What the home will use and generate, in Wh, or what it expects to. */
  meter: MeterReading
  /**
   * What it may lack, below zero have left, in Wh: values that it takes for equally likely, from the least to the most. Without
   * it the home knows, and what `meter` says is what will be.
   */
  lackWh?: readonly number[] | undefined
  /** What the grid takes for a kWh and gives for one, in minor units; either may be negative. */
  retailPrice: bigint
  feedInPrice: bigint
  /** What the home pays for the grid on each kWh that it trades, in minor units, on top of the price. */
  tariff: bigint
  battery: BatteryView | undefined
  /** The slots before whose readings are known, the latest last. */
  past: readonly PastSlot[]
}

/** What a home orders: so much from this price on, best first, at most eight steps. */
export interface SlotBid {
  side: 'buy' | 'sell'
  steps: readonly PriceStep[]
}

/** What an agent does in a slot. */
export interface SlotPlan {
  /** Nothing to trade when it is left out. */
  order?: SlotBid | undefined
  /**
   * Wh that the battery is to draw from the grid after trading, or, below zero, to feed in. By itself it takes what the
   * home has left, and gives what it lacks; while it draws it gives nothing, and while it feeds in it takes nothing.
   */
  gridWh?: number | undefined
}

/**
 * Decides what a home does in a slot. It is pure: the same view makes the same plan.
 *
 * @example
 * ```ts
 * const sellAtAnyPrice: SlotStrategy = ({ meter, feedInPrice }) => {
 *   const surplus = meter.pvWh - meter.loadWh
 *   if (surplus <= 0) return {}
 *   return { order: { side: 'sell', steps: [{ price: feedInPrice, quantity: BigInt(surplus) }] } }
 * }
 * ```
 */
export type SlotStrategy = (view: SlotView) => SlotPlan

/** Wh that a home lacks (positive) or has left, before its battery does anything. */
export function netOf({ meter }: Pick<SlotView, 'meter'>): number {
  return meter.loadWh - meter.pvWh
}

/** What a kWh is worth to the home: it pays at most this, and sells for no less, so that with its tariff it beats the grid. */
export function limitOf(side: SlotBid['side'], { retailPrice, feedInPrice, tariff }: SlotView): bigint {
  return side === 'buy' ? retailPrice - tariff : feedInPrice + tariff
}

/** An order of the steps that have a quantity, those of one price as one; none when none has. */
export function orderOf(
  side: SlotBid['side'],
  steps: readonly { price: bigint; wh: number }[],
): SlotBid | undefined {
  const byPrice = new Map<bigint, bigint>()
  for (const { price, wh } of steps) {
    if (wh > 0) byPrice.set(price, (byPrice.get(price) ?? 0n) + BigInt(wh))
  }
  const best = side === 'buy' ? -1 : 1
  const sorted = [...byPrice].sort(([a], [b]) => (a < b ? -best : best))
  if (sorted.length === 0) return undefined
  return { side, steps: sorted.map(([price, quantity]) => ({ price, quantity })) }
}
