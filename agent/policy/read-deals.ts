import { z } from 'zod'
import { type NetworkId, networkName } from '../../protocol/deployment.ts'
import { addressSchema, checkInput, hashSchema } from '../../protocol/input.ts'
import type { Deal } from './deal.ts'
import { Deals } from './deals.ts'
import { openJournal } from './journal.ts'

/** File of an agent's deals, in its folder of a network. */
export const JOURNAL_FILE = 'deals.jsonl'

const givenSchema = z.strictObject({
  directory: z.string().min(1),
  network: z.object({
    chainId: z.int(),
    salt: hashSchema,
    contracts: z.object({ meshDirectory: addressSchema }),
  }),
})

/**
 * Reads an agent's deals from its journal, as it would itself after a restart. Call it only when no process runs the
 * agent.
 *
 * @param directory the agent's folder
 * @param network in which it made them
 * @throws ConfigError `JOURNAL_DAMAGED`
 */
export async function readDeals(directory: string, network: NetworkId): Promise<Deal[]> {
  checkInput('readDeals', givenSchema, { directory, network })
  const { journal, entries } = await openJournal(`${directory}/${networkName(network)}/${JOURNAL_FILE}`)
  const deals = new Deals(journal, entries)
  await deals.close()
  return [...deals.all()]
}
