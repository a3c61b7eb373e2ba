import type { MarketRules } from '../../agent/index.ts'
import type { Hex } from '../../protocol/types.ts'
import type { Changes } from '../store/changes.ts'
import type { EnergyMarketRow } from '../store/tables/energy.ts'
import { unknownRow } from './unknown-row.ts'

/** The row of a market that was created before. */
export function marketOf(changes: Changes, market: Hex): EnergyMarketRow {
  const row = changes.get('energyMarkets', { market })
  if (row === undefined) throw unknownRow('energy market', market)
  return row
}

/** The rules of a market as agents have them. */
export function rulesOf(row: EnergyMarketRow): MarketRules {
  const { slotLength, gateLead, readingWindow } = row
  return {
    ...row,
    slotLength: BigInt(slotLength),
    gateLead: BigInt(gateLead),
    readingWindow: BigInt(readingWindow),
  }
}
