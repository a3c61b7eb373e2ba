import { z } from 'zod'
import type { EnergyMemberRow } from '../store/tables/energy.ts'
import { address, amount, hash, height } from './scalars.ts'

export const energyMemberSchema = z
  .object({
    market: hash,
    account: address,
    admitted: z.boolean().meta({ description: 'Whether it may order now' }),
    tariff: amount.meta({ description: 'Minor units per kWh, which its orders have to name' }),
    meter: address.nullable().meta({ description: 'Key that signs its readings' }),
    block: height,
  })
  .meta({ id: 'EnergyMember', description: 'An account that may order in an energy market, or might once' })

/** A member as the API shows it. */
export type EnergyMemberView = z.infer<typeof energyMemberSchema>

export function toEnergyMemberView({ logIndex: _, ...row }: EnergyMemberRow): EnergyMemberView {
  return { ...row, tariff: String(row.tariff) }
}
