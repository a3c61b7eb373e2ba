import { sql } from 'kysely'
import { toJson } from '../../protocol/json.ts'
import { appendEvents, type EventDraft } from './outbox.ts'
import type { Tx } from './store.ts'
import { type ChainTables, type Database, primaryKeys } from './tables.ts'

/** Rows that one statement writes: while the database is busy with them, the next ones are put into words. */
const ROWS = 500

/** What a row was before a block. */
export interface UndoRecord {
  blockNumber: number
  tableName: string
  rowKey: string
  old: unknown
}

/** What a batch of blocks changes, ready to be written. */
export interface ChangeSet {
  /** Each row once, as it stands at the end. */
  rows: [table: keyof ChainTables, rows: readonly object[]][]
  undo: UndoRecord[]
  events: EventDraft[]
}

/** Writes rows, undo records and events to the transaction. */
export async function writeChanges(tx: Tx, { rows, undo, events }: ChangeSet): Promise<void> {
  await Promise.all([
    ...rows.flatMap(([table, of]) => upserts(tx, table, primaryKeys[table], of)),
    ...upserts(tx, 'undo', ['tableName', 'rowKey', 'blockNumber'], undo),
  ])
  await appendEvents(tx, events)
}

/** Inserts or replaces whole rows; the table's own definition gives the JSON its types. */
function upserts(
  tx: Tx,
  table: keyof Database,
  key: readonly string[],
  rows: readonly object[],
): Promise<unknown>[] {
  const columns = Object.keys(rows[0] ?? {}).filter((column) => !key.includes(column))
  const statements: Promise<unknown>[] = []
  for (let from = 0; from < rows.length; from += ROWS) {
    const json = toJson(rows.slice(from, from + ROWS))
    statements.push(
      sql`
    insert into ${sql.table(table)}
    select * from json_populate_recordset(null::${sql.table(table)}, ${json}::json)
    on conflict (${sql.join(key.map((column) => sql.ref(column)))}) do update
    set ${sql.join(columns.map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`))}
  `.execute(tx),
    )
  }
  return statements
}
