import { sql } from 'kysely'
import { toJson } from '../../protocol/json.ts'
import { keyText } from './changes.ts'
import type { Wanted } from './draft.ts'
import type { Tx } from './store.ts'
import { type ChainTables, type Key, primaryKeys } from './tables.ts'

/** A row in memory. */
export interface Entry<T extends keyof ChainTables = keyof ChainTables> {
  rowKey: string
  /** As it stands after everything applied so far; undefined when there is none. It is replaced, never changed. */
  row: ChainTables[T] | undefined
  /** Block of the row's newest undo record. */
  undoneTo: number
}

/**
 * Chain rows in memory, as they stand after everything applied so far: what was read and what was written since, whether the
 * database has it yet or not. There is one writer, so nobody else changes them.
 */
export class RowCache {
  readonly #entries = new Map<keyof ChainTables, Map<string, Entry>>()
  /** Beginnings of keys of which all rows are held. */
  readonly #below = new Set<string>()

  /** How many rows are held. */
  get size(): number {
    return [...this.#entries.values()].reduce((sum, entries) => sum + entries.size, 0)
  }

  /** Forgets all rows; the database has to have what was written. */
  clear(): void {
    this.#entries.clear()
    this.#below.clear()
  }

  held<T extends keyof ChainTables>(table: T, rowKey: string): Entry<T> | undefined {
    return this.#entries.get(table)?.get(rowKey) as Entry<T> | undefined
  }

  /** Rows by their text keys; undefined when they are not all held. */
  heldBelow<T extends keyof ChainTables>(
    table: T,
    prefix: Partial<Key<T>>,
  ): Map<string, ChainTables[T]> | undefined {
    const start = `${keyText(table, prefix)}/`
    if (!this.#below.has(`${table} ${start}`)) return undefined
    const entries = [...(this.#entries.get(table) ?? [])]
    return new Map(
      entries.flatMap(([rowKey, { row }]) =>
        rowKey.startsWith(start) && row !== undefined ? [[rowKey, row as ChainTables[T]]] : [],
      ),
    )
  }

  /** Holds a row that is not held. */
  hold<T extends keyof ChainTables>(table: T, rowKey: string, row: ChainTables[T] | undefined): Entry<T> {
    const entry: Entry<T> = { rowKey, row, undoneTo: -1 }
    const entries = this.#entries.get(table) ?? new Map<string, Entry>()
    this.#entries.set(table, entries.set(rowKey, entry as unknown as Entry))
    return entry
  }

  /** Reads rows that are not held, by one statement for each table. */
  async load(tx: Tx, wanted: readonly Wanted[]): Promise<void> {
    for (const [table, ofTable] of Map.groupBy(wanted, (each) => each.table)) {
      const isWhole = ({ key }: Wanted) => Object.keys(key).length === primaryKeys[table].length
      const keys = ofTable.filter(isWhole).map(({ key }) => key as Key<typeof table>)
      const rows = await readRows(tx, table, keys)
      for (const key of keys) this.hold(table, keyText(table, key), undefined)
      for (const row of rows) this.hold(table, keyText(table, row), row)
      for (const { key } of ofTable.filter((each) => !isWhole(each))) await this.#loadBelow(tx, table, key)
    }
  }

  async #loadBelow<T extends keyof ChainTables>(tx: Tx, table: T, prefix: Partial<Key<T>>): Promise<void> {
    const equal = Object.entries(prefix).map(([column, value]) => sql`${sql.ref(column)} = ${value}`)
    const { rows } = await sql<ChainTables[T]>`
      select * from ${sql.table(table)} where ${sql.join(equal, sql` and `)}`.execute(tx)
    for (const row of rows) {
      const rowKey = keyText(table, row as Key<T>)
      if (this.held(table, rowKey) === undefined) this.hold(table, rowKey, row)
    }
    this.#below.add(`${table} ${keyText(table, prefix)}/`)
  }
}

/** Rows by their keys, in one statement; the table's own definition gives the JSON its types. */
async function readRows<T extends keyof ChainTables>(
  tx: Tx,
  table: T,
  keys: readonly Key<T>[],
): Promise<ChainTables[T][]> {
  if (keys.length === 0) return []
  const equal = primaryKeys[table].map(
    (column) => sql`${sql.ref(`present.${column}`)} = ${sql.ref(`wanted.${column}`)}`,
  )
  const { rows } = await sql<ChainTables[T]>`
    select present.* from ${sql.table(table)} present
    join json_populate_recordset(null::${sql.table(table)}, ${toJson(keys)}::json) wanted
    on ${sql.join(equal, sql` and `)}`.execute(tx)
  return rows
}
