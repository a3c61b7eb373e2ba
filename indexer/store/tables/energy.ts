import type { Address, Hex } from '../../../protocol/types.ts'

/** A market of the clearing house: its rules, and sums over its slots. Prices are minor units per kWh, energy is Wh. */
export interface EnergyMarketRow {
  market: Hex
  block: number
  logIndex: number
  createdAt: number
  createdTx: Hex
  admin: Address
  token: Address
  attester: Address
  balancing: Address
  feeAccount: Address
  /** Seconds. */
  slotLength: number
  gateLead: number
  readingWindow: number
  minPrice: bigint
  maxPrice: bigint
  retailPrice: bigint
  excessPrice: bigint
  capacity: bigint
  /** Accounts that may order now. */
  members: number
  /** Slots that have orders, and those of them that were cleared. */
  slots: number
  cleared: number
  orders: number
  traded: bigint
  /** What buyers paid, tariffs included. */
  volume: bigint
  /** Tariffs, and what rounding left. */
  fees: bigint
}

/** An account that may order in a market, or might once, with its meter. */
export interface EnergyMemberRow {
  market: Hex
  account: Address
  /** Where it was first heard of. */
  block: number
  logIndex: number
  admitted: boolean
  /** Minor units per kWh. */
  tariff: bigint
  /** Key that signs its readings. */
  meter: Address | null
}

/** `open`: takes orders; `closed`: can be cleared; `lapsed`: has ended, and nobody had cleared it. */
export const ENERGY_SLOT_STATUSES = ['open', 'closed', 'cleared', 'lapsed'] as const
export type EnergySlotStatus = (typeof ENERGY_SLOT_STATUSES)[number]

/** A slot of a market that has orders. */
export interface EnergySlotRow {
  market: Hex
  slot: bigint
  /** Of its first order. */
  block: number
  logIndex: number
  /** Unix seconds; anybody makes markets, so these may lie beyond what a date can be. */
  gate: bigint
  start: bigint
  end: bigint
  orders: number
  /** Wh that buyers ordered, and sellers. */
  demand: bigint
  supply: bigint
  clearedAt: number | null
  clearedTx: Hex | null
  price: bigint | null
  /** Wh that changed hands. */
  traded: bigint | null
  volume: bigint | null
  fees: bigint | null
  /** Root of the positions' Merkle tree. */
  root: Hex | null
  /** Orders that their accounts could not cover. */
  voided: number | null
  /** Minor units that are held of sellers until their meters have answered. */
  reserved: bigint
  /** Wh that sellers sold and did not export, and that they exported beyond. */
  missing: bigint
  excess: bigint
}

/** One account's order for a slot, and what came of it. */
export interface EnergyOrderRow {
  market: Hex
  slot: bigint
  account: Address
  /** Place in the slot's sequence, from 0. */
  place: number
  block: number
  logIndex: number
  submittedAt: number
  submittedTx: Hex
  side: 'buy' | 'sell'
  tariff: bigint
  /** From the best price to the worst; amounts as decimal digits. */
  steps: { price: string; quantity: string }[]
  /** All of these are null until the slot is cleared. */
  voided: boolean | null
  /** Wh bought or sold. */
  filled: bigint | null
  /** Minor units that its account was credited by the clearing, below zero: paid. */
  amount: bigint | null
  /** Minor units that are held until the seller's meter has answered; 0 of a buyer. */
  reserved: bigint | null
  /** All of these are null until the position is settled. */
  settledAt: number | null
  settledTx: Hex | null
  /** Minor units that the seller was credited then. */
  credited: bigint | null
  /** Wh that the meter saw beyond what was bought or sold; below zero, short of it. */
  deviation: bigint | null
}

export interface EnergyTables {
  energyMarkets: EnergyMarketRow
  energyMembers: EnergyMemberRow
  energySlots: EnergySlotRow
  energyOrders: EnergyOrderRow
}

export const energyKeys = {
  energyMarkets: ['market'],
  energyMembers: ['market', 'account'],
  energySlots: ['market', 'slot'],
  energyOrders: ['market', 'slot', 'account'],
} as const
