import type { Meta } from '../../views/meta.ts'
import type { Tx } from '../store.ts'

/** The block that everything read in this transaction is true of, with its time in Unix seconds. */
export async function readMeta(tx: Tx): Promise<Meta & { blockTime: number }> {
  return tx
    .selectFrom('progress')
    .select(['blockNumber', 'blockHash', 'chainId', 'blockTime'])
    .executeTakeFirstOrThrow()
}
