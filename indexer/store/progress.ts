import type { Deployment } from '../../protocol/deployment.ts'
import { ConfigError } from '../../protocol/errors.ts'
import type { Block } from './changes.ts'
import type { Tx } from './store.ts'

/** How many blocks below the newest one a reorganisation can be undone. */
export const UNDO_DEPTH = 256

/** What an indexer goes on from. */
export interface Progress {
  /** The newest indexed block. */
  cursor: Block
  /** Hashes of the blocks that can be compared with the chain's, ascending, without gaps, ending at the cursor. */
  known: Block[]
}

/**
 * Reads where the index stands. A new one is put at `base`, the last block before the deployment.
 *
 * @throws ConfigError `STORE_OF_ANOTHER_CHAIN` when the data was indexed from another chain or another deployment.
 */
export async function readProgress(tx: Tx, deployment: Deployment, base: Block): Promise<Progress> {
  const { chainId, genesisHash, contracts } = deployment
  const cursor = await readCursor(tx, deployment)
  if (cursor === undefined) {
    const at = { blockNumber: base.number, blockHash: base.hash, blockTime: base.timestamp }
    await tx
      .insertInto('progress')
      .values({ chainId, genesisHash, escrow: contracts.intentEscrow, ...at })
      .execute()
    await tx.insertInto('blocks').values(base).execute()
    return { cursor: base, known: [base] }
  }
  const known = await tx.selectFrom('blocks').selectAll().orderBy('number').execute()
  return { cursor, known }
}

/**
 * The newest indexed block; undefined when nothing was indexed yet.
 *
 * @throws as {@link readProgress}
 */
export async function readCursor(tx: Tx, deployment: Deployment): Promise<Block | undefined> {
  const { chainId, genesisHash, contracts } = deployment
  const row = await tx.selectFrom('progress').selectAll().executeTakeFirst()
  if (row === undefined) return undefined
  check('genesisHash', genesisHash, row.genesisHash)
  check('chainId', chainId, row.chainId)
  check('contracts.intentEscrow', contracts.intentEscrow.toLowerCase(), row.escrow.toLowerCase())
  return { number: row.blockNumber, hash: row.blockHash, timestamp: row.blockTime }
}

function check(field: string, expected: unknown, received: unknown): void {
  if (expected === received) return
  throw new ConfigError('STORE_OF_ANOTHER_CHAIN', 'This index was made from another chain or deployment.', {
    field,
    expected,
    received,
    remedy: 'Use another data directory, or delete this one: the index is rebuilt from the chain.',
  })
}

/** Moves the index to `cursor`, remembers the hashes that came with it, and drops what is out of reach. */
export async function advance(tx: Tx, cursor: Block, headers: Block[], floor: number): Promise<void> {
  await setCursor(tx, cursor)
  await tx.deleteFrom('blocks').where('number', '<', floor).execute()
  if (headers.length > 0) await tx.insertInto('blocks').values(headers).execute()
  await tx.deleteFrom('undo').where('blockNumber', '<=', floor).execute()
}

/** Sets the newest indexed block. */
export async function setCursor(tx: Tx, { number, hash, timestamp }: Block): Promise<void> {
  await tx
    .updateTable('progress')
    .set({ blockNumber: number, blockHash: hash, blockTime: timestamp })
    .execute()
}
