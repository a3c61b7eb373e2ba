import { z } from 'zod'
import type { EnergyOrderRow } from '../store/tables/energy.ts'
import { address, amount, hash, height, instant, orNull, toInstant } from './scalars.ts'

export const energyOrderSchema = z
  .object({
    market: hash,
    slot: amount,
    account: address,
    place: z.int().meta({ description: "Place in the slot's sequence, from 0" }),
    side: z.enum(['buy', 'sell']),
    tariff: amount.meta({ description: 'Minor units per kWh' }),
    steps: z
      .array(
        z.object({
          price: amount.meta({ description: 'Minor units per kWh' }),
          quantity: amount.meta({ description: 'Wh' }),
        }),
      )
      .meta({ description: 'From the best price to the worst; each adds its quantity' }),
    submittedAt: instant,
    submittedTx: hash,
    voided: z
      .boolean()
      .nullable()
      .meta({ description: 'Whether its account could not cover it; null until the slot is cleared' }),
    filled: amount.nullable().meta({ description: 'Wh bought or sold' }),
    amount: amount
      .nullable()
      .meta({ description: 'What the clearing credited its account, below zero: took, a reserve included' }),
    reserved: amount.nullable().meta({ description: "Held until the seller's meter has answered" }),
    settledAt: instant.nullable().meta({ description: 'When meter or schedule ended the position' }),
    settledTx: hash.nullable(),
    credited: amount.nullable().meta({ description: 'What the seller was credited then' }),
    deviation: amount
      .nullable()
      .meta({ description: 'Wh that the meter saw beyond what was bought or sold; below zero, short of it' }),
    block: height,
  })
  .meta({ id: 'EnergyOrder', description: "An account's order for a slot, and what came of it" })

/** An order as the API shows it. */
export type EnergyOrderView = z.infer<typeof energyOrderSchema>

export function toEnergyOrderView({ logIndex: _, ...row }: EnergyOrderRow): EnergyOrderView {
  return {
    ...row,
    slot: String(row.slot),
    tariff: String(row.tariff),
    submittedAt: toInstant(row.submittedAt),
    filled: orNull(row.filled, String),
    amount: orNull(row.amount, String),
    reserved: orNull(row.reserved, String),
    settledAt: orNull(row.settledAt, toInstant),
    credited: orNull(row.credited, String),
    deviation: orNull(row.deviation, String),
  }
}
