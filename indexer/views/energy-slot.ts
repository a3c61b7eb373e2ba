import { z } from 'zod'
import { ENERGY_SLOT_STATUSES, type EnergySlotRow, type EnergySlotStatus } from '../store/tables/energy.ts'
import { amount, hash, height, instant, orNull, toInstant, unixSeconds } from './scalars.ts'

const energy = amount.meta({ description: 'Wh' })
const slotNumber = amount.meta({ description: 'Number of the slot: its start over the length of slots' })

export const energySlotStatus = z.enum(ENERGY_SLOT_STATUSES)

export const energySlotSchema = z
  .object({
    market: hash,
    slot: slotNumber,
    status: energySlotStatus,
    gate: unixSeconds.meta({ description: 'First second that takes no orders' }),
    start: unixSeconds,
    end: unixSeconds,
    orders: z.int(),
    demand: energy.meta({ description: 'Wh that buyers ordered, at any price' }),
    supply: energy.meta({ description: 'Wh that sellers ordered, at any price' }),
    voided: z.int().nullable().meta({ description: 'Orders that their accounts could not cover' }),
    clearedAt: instant.nullable(),
    clearedTx: hash.nullable(),
    price: amount.nullable().meta({ description: 'Minor units per kWh, for everybody' }),
    traded: energy.nullable(),
    volume: amount.nullable().meta({ description: 'What buyers paid, tariffs included' }),
    fees: amount.nullable(),
    root: hash.nullable().meta({ description: "Root of the positions' Merkle tree" }),
    reserved: amount.meta({ description: 'Held of sellers until their meters have answered' }),
    missing: energy.meta({ description: 'Wh sold and, by the meters, not exported' }),
    excess: energy.meta({ description: 'Wh exported, by the meters, beyond what was sold' }),
    block: height.meta({ description: 'Block of its first order' }),
  })
  .meta({ id: 'EnergySlot', description: 'A slot of an energy market that has orders' })

/** A slot as the API shows it. */
export type EnergySlotView = z.infer<typeof energySlotSchema>

/** @param now Unix seconds of the block that the view is true of */
export function toSlotView({ logIndex: _, ...row }: EnergySlotRow, now: number): EnergySlotView {
  return {
    ...row,
    status: statusOf(row, BigInt(now)),
    slot: String(row.slot),
    gate: String(row.gate),
    start: String(row.start),
    end: String(row.end),
    demand: String(row.demand),
    supply: String(row.supply),
    clearedAt: orNull(row.clearedAt, toInstant),
    price: orNull(row.price, String),
    traded: orNull(row.traded, String),
    volume: orNull(row.volume, String),
    fees: orNull(row.fees, String),
    reserved: String(row.reserved),
    missing: String(row.missing),
    excess: String(row.excess),
  }
}

function statusOf(
  { clearedAt, gate, end }: Pick<EnergySlotRow, 'clearedAt' | 'gate' | 'end'>,
  now: bigint,
): EnergySlotStatus {
  if (clearedAt !== null) return 'cleared'
  if (now < gate) return 'open'
  return now < end ? 'closed' : 'lapsed'
}

export const energyPriceSchema = z
  .object({
    slot: slotNumber,
    start: unixSeconds,
    end: unixSeconds,
    price: amount.meta({ description: 'Minor units per kWh' }),
    traded: energy,
    volume: amount.meta({ description: 'What buyers paid, tariffs included' }),
  })
  .meta({ id: 'EnergyPrice', description: 'What a slot was cleared at' })

/** A point of a price curve as the API shows it. */
export type EnergyPriceView = z.infer<typeof energyPriceSchema>

/** The row of a slot that was cleared. */
export type ClearedSlotRow = Pick<EnergySlotRow, 'slot' | 'start' | 'end'> & {
  [column in 'price' | 'traded' | 'volume']: NonNullable<EnergySlotRow[column]>
}

export function toEnergyPriceView({
  slot,
  start,
  end,
  price,
  traded,
  volume,
}: ClearedSlotRow): EnergyPriceView {
  return {
    ...{ slot: String(slot), start: String(start), end: String(end) },
    ...{ price: String(price), traded: String(traded), volume: String(volume) },
  }
}
