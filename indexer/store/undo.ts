import { sql } from 'kysely'
import type { Tx } from './store.ts'
import { type ChainTables, primaryKeys } from './tables.ts'

/**
 * Puts every chain row back to what it was at the end of block `height`, which must lie in the undo log's reach.
 * A row's oldest record above that height holds what it was then.
 */
export async function undoAbove(tx: Tx, height: number): Promise<void> {
  for (const table of Object.keys(primaryKeys) as (keyof ChainTables)[]) await restore(tx, table, height)
  await tx.deleteFrom('undo').where('blockNumber', '>', height).execute()
  await tx.deleteFrom('blocks').where('number', '>', height).execute()
}

async function restore(tx: Tx, table: keyof ChainTables, height: number): Promise<void> {
  const key = primaryKeys[table].map((column) => sql`${sql.ref(`current.${column}`)}::text`)
  const oldest = sql`
    select distinct on ("rowKey") "rowKey", old from undo
    where "tableName" = ${table} and "blockNumber" > ${height}
    order by "rowKey", "blockNumber"`
  // Two statements: within one, the insert would meet the rows that the delete removes.
  const { rows } = await sql<{ old: unknown }>`
    with oldest as (${oldest}), removed as (
      delete from ${sql.table(table)} current using oldest
      where ${sql.join(key, sql` || '/' || `)} = oldest."rowKey")
    select old from oldest where old is not null`.execute(tx)
  if (rows.length === 0) return
  await sql`
    insert into ${sql.table(table)}
    select * from jsonb_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows.map((row) => row.old))}::jsonb)
  `.execute(tx)
}
