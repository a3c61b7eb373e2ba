import { z } from 'zod'
import { roundDown } from '../../agent/index.ts'
import type { EnergyMarketRow } from '../store/tables/energy.ts'
import { address, amount, hash, height, instant, toInstant } from './scalars.ts'

const price = amount.meta({ description: 'Minor units per kWh' })
const energy = amount.meta({ description: 'Wh' })
const seconds = z.int().meta({ description: 'Seconds' })

export const energyMarketSchema = z
  .object({
    market: hash.meta({ description: 'Hash of its rules' }),
    admin: address.meta({ description: 'Admits and dismisses members' }),
    token: address,
    attester: address.meta({ description: 'Registers the meters' }),
    balancing: address.meta({ description: 'Ledger account that answers for deviations' }),
    feeAccount: address.meta({ description: 'Ledger account that earns tariffs and roundings' }),
    slotLength: seconds,
    gateLead: seconds.meta({ description: 'The gate of a slot closes so long before it begins' }),
    readingWindow: seconds.meta({ description: 'Readings count until so long after the end of a slot' }),
    minPrice: price,
    maxPrice: price,
    retailPrice: price.meta({ description: 'What a seller pays for what it sold and did not export' }),
    excessPrice: price.meta({ description: 'What a seller is paid for what it exported beyond' }),
    capacity: energy.meta({ description: 'The most that one account can order in a slot' }),
    members: z.int().meta({ description: 'Accounts that may order now' }),
    slots: z.int().meta({ description: 'Slots that have orders' }),
    cleared: z.int(),
    orders: z.int(),
    traded: energy,
    volume: amount.meta({ description: 'What buyers paid, tariffs included' }),
    fees: amount.meta({ description: 'Tariffs, and what rounding left' }),
    averagePrice: price
      .nullable()
      .meta({ description: 'Volume over energy, rounded down; null without trade' }),
    savings: amount.meta({
      description:
        'What was traded, at retail price less excess price, less fees: what members gained by not trading with the grid',
    }),
    createdAt: instant,
    createdTx: hash,
    block: height,
  })
  .meta({ id: 'EnergyMarket', description: 'A market of the clearing house with its rules and its figures' })

/** An energy market as the API shows it. */
export type EnergyMarketView = z.infer<typeof energyMarketSchema>

/** Wh of one lot, which a price is for. */
const LOT = 1000n

export function toEnergyMarketView({ logIndex: _, ...row }: EnergyMarketRow): EnergyMarketView {
  const { traded, volume, fees } = row
  return {
    ...row,
    minPrice: String(row.minPrice),
    maxPrice: String(row.maxPrice),
    retailPrice: String(row.retailPrice),
    excessPrice: String(row.excessPrice),
    capacity: String(row.capacity),
    traded: String(traded),
    volume: String(volume),
    fees: String(fees),
    averagePrice: traded === 0n ? null : String(roundDown(volume * LOT, traded)),
    savings: String((traded * (row.retailPrice - row.excessPrice)) / LOT - fees),
    createdAt: toInstant(row.createdAt),
  }
}
