import { z } from 'zod'
import { agreementStatus } from './agreement.ts'
import { address, amount, hash, height, instant } from './scalars.ts'

export const statsSchema = z
  .object({
    agents: z.int(),
    intents: z.int().meta({ description: 'Heard and not expired' }),
    agreements: z.record(agreementStatus, z.int()).meta({ description: 'How many stand where' }),
    token: address.meta({ description: "The market's token; the figures below are of trades paid in it" }),
    trades: z.int(),
    tradedWh: amount.meta({ description: 'Of trades of energy alone: those with a price for 1,000 units' }),
    volume: amount.meta({ description: 'What buyers paid' }),
    fees: amount,
    collectedFees: amount.meta({ description: 'Of the fees; the rest is set aside in the ledger' }),
    averagePrice: amount
      .nullable()
      .meta({ description: 'Of energy, minor units per kWh, rounded down; null without trades of it' }),
    latestBlock: z.object({ number: height, hash, timestamp: instant }),
    head: height.meta({ description: "The chain's height at the last poll" }),
    uptime: z.int().meta({ description: 'Seconds since the index was started' }),
  })
  .meta({ id: 'Stats' })

/** The market in figures, as the API shows it. */
export type StatsView = z.infer<typeof statsSchema>

/** Minor units per kWh, rounded down; null when no energy was traded. */
export function averagePriceOf(sums: { energy: bigint; energyVolume: bigint }): bigint | null {
  return sums.energy === 0n ? null : (sums.energyVolume * 1000n) / sums.energy
}
