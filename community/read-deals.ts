import { join } from 'node:path'
import type { Deal } from '../agent/index.ts'
import { Deals } from '../agent/policy/deals.ts'
import { openJournal } from '../agent/policy/journal.ts'

/**
 * Reads a home's deals from its journal, as it would itself after a restart. Call it only when the home's process
 * has ended.
 *
 * @param directory folder of the homes' keys and journals
 * @throws ConfigError `JOURNAL_DAMAGED`.
 */
export async function readDeals(directory: string, home: string): Promise<Deal[]> {
  const { journal, entries } = await openJournal(join(directory, home, 'deals.jsonl'))
  const deals = new Deals(journal, entries)
  await deals.close()
  return [...deals.all()]
}
