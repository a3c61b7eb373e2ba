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
    tradedWh: amount,
    volume: amount.meta({ description: 'What buyers paid' }),
    fees: amount,
    collectedFees: amount.meta({ description: 'Of the fees; the rest is set aside in the ledger' }),
    averagePrice: amount
      .nullable()
      .meta({ description: 'Minor units per kWh, rounded down; null without trades' }),
    latestBlock: z.object({ number: height, hash, timestamp: instant }),
    head: height.meta({ description: "The chain's height at the last poll" }),
    uptime: z.int().meta({ description: 'Seconds since the index was started' }),
  })
  .meta({ id: 'Stats' })

/** The market in figures, as the API shows it. */
export type StatsView = z.infer<typeof statsSchema>

/** Minor units per kWh, rounded down; null when nothing was traded. */
export function averagePriceOf({ quantity, volume }: { quantity: bigint; volume: bigint }): bigint | null {
  return quantity === 0n ? null : (volume * 1000n) / quantity
}
