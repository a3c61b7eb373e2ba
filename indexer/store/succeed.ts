import type { Deployment } from '../../protocol/deployment.ts'
import type { Block } from './changes.ts'
import { heardTables } from './heard.ts'
import { appendEvents, draftOf } from './outbox.ts'
import { readProgress } from './progress.ts'
import type { Tx } from './store.ts'
import { type ChainTables, primaryKeys } from './tables.ts'

/**
 * Forgets a chain that is no more, and what was heard in its network, and puts the index at `base` of the one that has
 * come instead; does nothing where another process did so before. Live events stay, with one more that says to begin anew.
 */
export async function succeed(tx: Tx, deployment: Deployment, base: Block): Promise<void> {
  const { chainId, genesisHash } = deployment
  const progress = await tx.selectFrom('progress').select('genesisHash').executeTakeFirst()
  if (progress?.genesisHash === genesisHash) return
  const chainTables = Object.keys(primaryKeys) as (keyof ChainTables)[]
  for (const table of [...chainTables, ...heardTables, 'undo', 'blocks', 'progress', 'heartbeat'] as const) {
    await tx.deleteFrom(table).execute()
  }
  await readProgress(tx, deployment, base)
  const meta = { blockNumber: base.number, blockHash: base.hash, chainId }
  await appendEvents(tx, [draftOf('reset', {}, meta)])
}
