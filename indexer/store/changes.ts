import { sql } from 'kysely'
import { toJson } from '../../protocol/json.ts'
import type { Hex } from '../../protocol/types.ts'
import type { EventType, EventView } from '../views/live-event.ts'
import { appendEvents, draftOf, type EventDraft } from './outbox.ts'
import type { Tx } from './store.ts'
import { type ChainTables, type Database, type Key, primaryKeys } from './tables.ts'

/** A block as far as the index cares. */
export interface Block {
  number: number
  hash: Hex
  /** Unix seconds. */
  timestamp: number
}

interface Entry<T extends keyof ChainTables = keyof ChainTables> {
  table: T
  rowKey: string
  row: ChainTables[T] | undefined
  dirty: boolean
  /** Block of the newest undo record of this row within these changes. */
  undoneTo: number
}

/** The chain rows as a handler of logs sees them. */
export interface Changes {
  /** The block whose logs are being applied. */
  readonly block: Block
  /** The row as it stands after everything applied so far. Replace it with `put`, do not change it. */
  get<T extends keyof ChainTables>(table: T, key: Key<T>): Promise<ChainTables[T] | undefined>
  /** All rows whose key begins with these columns, as `get` has them; they can be replaced with `put`. */
  all<T extends keyof ChainTables>(table: T, prefix: Partial<Key<T>>): Promise<ChainTables[T][]>
  /** Writes a row that was read with `get` before. */
  put<T extends keyof ChainTables>(table: T, row: ChainTables[T]): void
  /** Queues a live event of the present block; `view` says what it tells, where it is news. */
  emit<T extends EventType>(type: T, view: () => EventView<T>): void
}

/** Names one row. */
export interface RowName<T extends keyof ChainTables = keyof ChainTables> {
  table: T
  key: Key<T>
}

/**
 * The chain rows that a batch of blocks reads and writes, kept in memory until `flush` writes each row once.
 * Writing goes through here alone, so no change can miss its undo record.
 */
export class BatchChanges implements Changes {
  readonly #tx: Tx
  readonly #chainId: number
  readonly #floor: number
  readonly #entries = new Map<string, Entry>()
  readonly #undo: { blockNumber: number; tableName: string; rowKey: string; old: unknown }[] = []
  readonly #events: EventDraft[] = []
  #block: Block | undefined

  /**
   * @param floor undo records and events are kept for blocks above this height only: what lies below is too old
   *   to be undone, or to be news.
   */
  constructor(tx: Tx, chainId: number, floor: number) {
    this.#tx = tx
    this.#chainId = chainId
    this.#floor = floor
  }

  get block(): Block {
    if (this.#block === undefined) throw new Error('begin() comes before reading the block')
    return this.#block
  }

  /** Starts a block; blocks come in ascending order. */
  begin(block: Block): void {
    this.#block = block
  }

  async get<T extends keyof ChainTables>(table: T, key: Key<T>): Promise<ChainTables[T] | undefined> {
    if (!this.holds(table, key)) await this.load([{ table, key }])
    return this.#entry(table, keyText(table, key))?.row
  }

  /** Whether `get` has the row in memory, or knows that there is none. */
  holds<T extends keyof ChainTables>(table: T, key: Key<T>): boolean {
    return this.#entry(table, keyText(table, key)) !== undefined
  }

  /** Reads rows that are not held yet, those of one table by one statement. */
  async load(names: readonly RowName[]): Promise<void> {
    for (const [table, ofTable] of Map.groupBy(names, (name) => name.table)) {
      const keys = [...new Map(ofTable.map(({ key }) => [keyText(table, key), key])).values()]
      const rows = await readRows(this.#tx, table, keys)
      for (const key of keys) this.#hold(table, keyText(table, key), undefined)
      for (const row of rows) this.#hold(table, keyText(table, row as Key<typeof table>), row)
    }
  }

  async all<T extends keyof ChainTables>(table: T, prefix: Partial<Key<T>>): Promise<ChainTables[T][]> {
    const columns = primaryKeys[table].filter((column) => column in prefix)
    const equal = columns.map((column) => sql`${sql.ref(column)} = ${prefix[column as keyof Key<T>]}`)
    const { rows } = await sql<ChainTables[T]>`
      select * from ${sql.table(table)} where ${sql.join(equal, sql` and `)}`.execute(this.#tx)
    for (const row of rows) {
      const rowKey = keyText(table, row as Key<T>)
      if (this.#entry(table, rowKey) === undefined) this.#hold(table, rowKey, row)
    }
    const start = `${table} ${columns.map((column) => String(prefix[column as keyof Key<T>])).join('/')}/`
    return [...this.#entries].flatMap(([name, { row }]) =>
      name.startsWith(start) && row !== undefined ? [row as ChainTables[T]] : [],
    )
  }

  put<T extends keyof ChainTables>(table: T, row: ChainTables[T]): void {
    const rowKey = keyText(table, row as Key<T>)
    const entry = this.#entry(table, rowKey)
    if (entry === undefined) throw new Error(`get() comes before put(): ${table} ${rowKey}`)
    const blockNumber = this.block.number
    if (blockNumber > this.#floor && entry.undoneTo !== blockNumber) {
      this.#undo.push({ blockNumber, tableName: table, rowKey, old: entry.row ?? null })
      entry.undoneTo = blockNumber
    }
    entry.row = row
    entry.dirty = true
  }

  emit<T extends EventType>(type: T, view: () => EventView<T>): void {
    const { number, hash } = this.block
    if (number <= this.#floor) return
    const meta = { blockNumber: number, blockHash: hash, chainId: this.#chainId }
    this.#events.push(draftOf(type, view(), meta))
  }

  /** Writes rows, undo records and events to the transaction. */
  async flush(): Promise<void> {
    const dirty = [...this.#entries.values()].filter((entry) => entry.dirty)
    for (const [table, entries] of Map.groupBy(dirty, (entry) => entry.table)) {
      await upsert(
        this.#tx,
        table,
        primaryKeys[table],
        entries.map((entry) => entry.row),
      )
    }
    await upsert(this.#tx, 'undo', ['tableName', 'rowKey', 'blockNumber'], this.#undo)
    await appendEvents(this.#tx, this.#events)
  }

  #hold<T extends keyof ChainTables>(table: T, rowKey: string, row: ChainTables[T] | undefined): void {
    const entry: Entry<T> = { table, rowKey, row, dirty: false, undoneTo: -1 }
    this.#entries.set(`${table} ${rowKey}`, entry as unknown as Entry)
  }

  #entry<T extends keyof ChainTables>(table: T, rowKey: string): Entry<T> | undefined {
    return this.#entries.get(`${table} ${rowKey}`) as Entry<T> | undefined
  }
}

/** The key of a row as the undo log names it. Values are numbers, hexadecimal or words, none contains a slash. */
export function keyText<T extends keyof ChainTables>(table: T, key: Key<T>): string {
  return primaryKeys[table].map((column) => String(key[column as keyof Key<T>])).join('/')
}

/** Rows by their keys, in one statement; the table's own definition gives the JSON its types. */
async function readRows<T extends keyof ChainTables>(
  tx: Tx,
  table: T,
  keys: readonly Key<T>[],
): Promise<ChainTables[T][]> {
  const equal = primaryKeys[table].map(
    (column) => sql`${sql.ref(`present.${column}`)} = ${sql.ref(`wanted.${column}`)}`,
  )
  const { rows } = await sql<ChainTables[T]>`
    select present.* from ${sql.table(table)} present
    join jsonb_populate_recordset(null::${sql.table(table)}, ${toJson(keys)}::jsonb) wanted
    on ${sql.join(equal, sql` and `)}`.execute(tx)
  return rows
}

/** Inserts or replaces whole rows in one statement; the table's own definition gives the JSON its types. */
async function upsert(
  tx: Tx,
  table: keyof Database,
  key: readonly string[],
  rows: readonly (object | undefined)[],
): Promise<void> {
  const first = rows[0]
  if (first === undefined) return
  const columns = Object.keys(first).filter((column) => !key.includes(column))
  await sql`
    insert into ${sql.table(table)}
    select * from jsonb_populate_recordset(null::${sql.table(table)}, ${toJson(rows)}::jsonb)
    on conflict (${sql.join(key.map((column) => sql.ref(column)))}) do update
    set ${sql.join(columns.map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`))}
  `.execute(tx)
}
