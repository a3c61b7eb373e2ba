import { sql } from 'kysely'
import { toJson } from '../../protocol/json.ts'
import type { Meta } from '../views/meta.ts'
import { type Block, keyText } from './changes.ts'
import { Draft, type Step, type Wanted } from './draft.ts'
import { appendEvents, type EventDraft } from './outbox.ts'
import type { Tx } from './store.ts'
import { type ChainTables, type Database, type Key, primaryKeys } from './tables.ts'

/** So many steps are drafted when a row is missing for the first time. */
const FIRST_DRAFTED = 32

interface Entry<T extends keyof ChainTables = keyof ChainTables> {
  rowKey: string
  row: ChainTables[T] | undefined
  dirty: boolean
  /** Block of the newest undo record of this row within these changes. */
  undoneTo: number
}

/**
 * The chain rows that a batch of blocks reads and writes, kept in memory until `flush` writes each row once.
 * Writing goes through here alone, so no change can miss its undo record.
 */
export class BatchChanges {
  readonly #tx: Tx
  readonly #chainId: number
  readonly #floor: number
  /** Rows by table and text key. */
  readonly #entries = new Map<keyof ChainTables, Map<string, Entry>>()
  /** Beginnings of keys of which all rows are held. */
  readonly #below = new Set<string>()
  readonly #undo: { blockNumber: number; tableName: string; rowKey: string; old: unknown }[] = []
  readonly #events: EventDraft[] = []

  /**
   * @param floor undo records and events are kept for blocks above this height only: what lies below is too old
   *   to be undone, or to be news.
   */
  constructor(tx: Tx, chainId: number, floor: number) {
    this.#tx = tx
    this.#chainId = chainId
    this.#floor = floor
  }

  /**
   * Applies steps in their order. Where one needs a row that is not in memory, this one and those that come after it are
   * drafted, for nothing but to learn which rows they want; these are read, by one statement for each table, and it goes
   * on. Twice as many are drafted each time: a few, where all need the same rows, and soon all, where each needs its own.
   *
   * That handlers run ahead to be told what they read is the preload of Envio HyperIndex
   * (https://docs.envio.dev/docs/HyperIndex/preload-optimization).
   *
   * @throws what a step throws that has all its rows
   */
  async apply(steps: readonly Step[]): Promise<void> {
    let ahead = FIRST_DRAFTED
    for (let at = 0; at < steps.length; ) {
      if (this.#take(steps[at] as Step)) {
        at++
      } else {
        await this.#load(this.#wantedBy(steps.slice(at, at + ahead)))
        ahead *= 2
      }
    }
  }

  /** Writes rows, undo records and events to the transaction. */
  async flush(): Promise<void> {
    for (const [table, entries] of this.#entries) {
      const rows = [...entries.values()].flatMap(({ dirty, row }) => (dirty ? [row] : []))
      await upsert(this.#tx, table, primaryKeys[table], rows)
    }
    await upsert(this.#tx, 'undo', ['tableName', 'rowKey', 'blockNumber'], this.#undo)
    await appendEvents(this.#tx, this.#events)
  }

  held<T extends keyof ChainTables>(table: T, rowKey: string): Entry<T> | undefined {
    return this.#entries.get(table)?.get(rowKey) as Entry<T> | undefined
  }

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

  /** Applies a step, unless it wants a row that is not held. */
  #take({ block, apply }: Step): boolean {
    const draft = new Draft(this, block)
    try {
      apply(draft)
    } catch (error) {
      if (draft.wanted.size === 0) throw error
    }
    if (draft.wanted.size > 0) return false
    for (const { table, row, isNew } of draft.writes) this.#write(block, table, row, isNew)
    for (const event of draft.events) this.#emit(block, event)
    return true
  }

  /** What steps that follow each other want to read. */
  #wantedBy(steps: readonly Step[]): Wanted[] {
    const draft = new Draft(this, (steps[0] as Step).block)
    for (const { block, apply } of steps) {
      draft.block = block
      try {
        apply(draft)
      } catch {
        // It lacks a row that is wanted by now, or it will fail when it is its turn.
      }
    }
    return [...draft.wanted.values()]
  }

  async #load(wanted: readonly Wanted[]): Promise<void> {
    for (const [table, ofTable] of Map.groupBy(wanted, (each) => each.table)) {
      const isWhole = ({ key }: Wanted) => Object.keys(key).length === primaryKeys[table].length
      const keys = ofTable.filter(isWhole).map(({ key }) => key as Key<typeof table>)
      for (const key of keys) this.#hold(table, keyText(table, key), undefined)
      for (const row of await readRows(this.#tx, table, keys)) this.#hold(table, keyText(table, row), row)
      for (const { key } of ofTable.filter((each) => !isWhole(each))) await this.#loadBelow(table, key)
    }
  }

  async #loadBelow<T extends keyof ChainTables>(table: T, prefix: Partial<Key<T>>): Promise<void> {
    const equal = Object.entries(prefix).map(([column, value]) => sql`${sql.ref(column)} = ${value}`)
    const { rows } = await sql<ChainTables[T]>`
      select * from ${sql.table(table)} where ${sql.join(equal, sql` and `)}`.execute(this.#tx)
    for (const row of rows) {
      const rowKey = keyText(table, row as Key<T>)
      if (this.held(table, rowKey) === undefined) this.#hold(table, rowKey, row)
    }
    this.#below.add(`${table} ${keyText(table, prefix)}/`)
  }

  #write<T extends keyof ChainTables>(block: Block, table: T, row: ChainTables[T], isNew: boolean): void {
    const rowKey = keyText(table, row as Key<T>)
    const entry = this.held(table, rowKey) ?? (isNew ? this.#hold(table, rowKey, undefined) : undefined)
    if (entry === undefined) throw new Error(`get() comes before put(): ${table} ${rowKey}`)
    if (block.number > this.#floor && entry.undoneTo !== block.number) {
      this.#undo.push({ blockNumber: block.number, tableName: table, rowKey, old: entry.row ?? null })
      entry.undoneTo = block.number
    }
    entry.row = row
    entry.dirty = true
  }

  #emit({ number, hash }: Block, event: (meta: Meta) => EventDraft): void {
    if (number > this.#floor)
      this.#events.push(event({ blockNumber: number, blockHash: hash, chainId: this.#chainId }))
  }

  #hold<T extends keyof ChainTables>(table: T, rowKey: string, row: ChainTables[T] | undefined): Entry<T> {
    const entry: Entry<T> = { rowKey, row, dirty: false, undoneTo: -1 }
    const entries = this.#entries.get(table) ?? new Map<string, Entry>()
    this.#entries.set(table, entries.set(rowKey, entry as unknown as Entry))
    return entry
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
    select * from json_populate_recordset(null::${sql.table(table)}, ${toJson(rows)}::json)
    on conflict (${sql.join(key.map((column) => sql.ref(column)))}) do update
    set ${sql.join(columns.map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`))}
  `.execute(tx)
}
