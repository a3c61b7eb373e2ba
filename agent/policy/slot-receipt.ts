import type { Address, Hex, Side } from '../../protocol/types.ts'

/**
 * How far an order for a slot has come.
 *
 * - `ordered`: signed, and said to others
 * - `accepted`: in the slot's book on chain
 * - `cleared`: the slot has a price; a seller's reserve is held until its meter has answered
 * - `settled`: nothing more comes of it
 * - `missed`: it was not in the book when the gate closed
 * - `lapsed`: nobody cleared the slot, and no money moved
 */
export type SlotStage = 'ordered' | 'accepted' | 'cleared' | 'settled' | 'missed' | 'lapsed'

/** What came of an order for a slot. Energy in Wh, money in minor units of the market's token. */
export interface SlotReceipt {
  market: Hex
  slot: bigint
  account: Address
  side: Side
  stage: SlotStage
  /** Wh bought, or, below zero, sold. */
  quantity: bigint
  /** Per kWh, for everybody. */
  price: bigint
  /** By how much the slot has changed the account's ledger balance so far; below zero when it paid. */
  balance: bigint
  /** What of it was the account's tariff. */
  fee: bigint
  /** What is held of a seller until its meter has answered. */
  reserve: bigint
  /** Wh that the meter saw beyond the quantity, below zero short of it; undefined when no reading counted. */
  deviation: bigint | undefined
  /** This order's share of the gas of the slot's transactions, whoever paid for them. */
  gas: bigint
}

/** How far an order has come on its way to be settled; below zero when it has left it. */
const WAY: readonly SlotStage[] = ['ordered', 'accepted', 'cleared', 'settled']

/** Whether two receipts say the same. */
export function isSameReceipt(one: SlotReceipt, other: SlotReceipt): boolean {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)] as (keyof SlotReceipt)[])
  return [...keys].every((key) => one[key] === other[key])
}

/** Whether an order is less far than it was, as after a reorganisation of the chain. */
export function hasGoneBack(before: SlotReceipt, after: SlotReceipt): boolean {
  return WAY.indexOf(after.stage) < WAY.indexOf(before.stage)
}

/** Whether nothing more comes of an order, unless the chain is reorganised. */
export function isFinal({ stage }: Pick<SlotReceipt, 'stage'>): boolean {
  return stage === 'settled' || stage === 'missed' || stage === 'lapsed'
}
