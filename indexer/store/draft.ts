import type { EventType } from '../views/event-type.ts'
import type { EventView } from '../views/live-event.ts'
import type { Meta } from '../views/meta.ts'
import { type Block, type Changes, keyText } from './changes.ts'
import { draftOf, type EventDraft } from './outbox.ts'
import type { ChainTables, Key } from './tables.ts'

/** What a log does to the rows. */
export interface Step {
  block: Block
  apply(changes: Changes): void
}

/** Rows that are to be read: one by its whole key, or all whose key begins with these columns. */
export interface Wanted<T extends keyof ChainTables = keyof ChainTables> {
  table: T
  key: Partial<Key<T>>
}

interface Write {
  table: keyof ChainTables
  row: ChainTables[keyof ChainTables]
  /** Whether there was none. */
  isNew: boolean
}

/** The rows in memory upon which a draft writes. */
interface Held {
  /** Undefined when it is not held; `row` is undefined when there is none. */
  held<T extends keyof ChainTables>(table: T, rowKey: string): { row: ChainTables[T] | undefined } | undefined
  /** By their text keys; undefined when they are not all held. */
  heldBelow<T extends keyof ChainTables>(
    table: T,
    prefix: Partial<Key<T>>,
  ): Map<string, ChainTables[T]> | undefined
}

/**
 * What steps would do. A row that is not in memory counts as absent, and is noted as wanted: what was drafted then is
 * worth nothing but to tell what to read.
 */
export class Draft implements Changes {
  block: Block
  readonly wanted = new Map<string, Wanted>()
  readonly writes: Write[] = []
  /** Live events, for the block that they are true of. */
  readonly events: ((meta: Meta) => EventDraft)[] = []
  readonly #base: Held
  readonly #written = new Map<string, ChainTables[keyof ChainTables]>()

  constructor(base: Held, block: Block) {
    this.#base = base
    this.block = block
  }

  get<T extends keyof ChainTables>(table: T, key: Key<T>): ChainTables[T] | undefined {
    const rowKey = keyText(table, key)
    const name = `${table} ${rowKey}`
    const written = this.#written.get(name)
    if (written !== undefined) return written as ChainTables[T]
    const entry = this.#base.held(table, rowKey)
    if (entry === undefined) this.#want(name, { table, key })
    return entry?.row
  }

  all<T extends keyof ChainTables>(table: T, prefix: Partial<Key<T>>): ChainTables[T][] {
    const start = `${table} ${keyText(table, prefix)}/`
    const held = this.#base.heldBelow(table, prefix)
    if (held === undefined) this.#want(start, { table, key: prefix })
    const rows = new Map<string, ChainTables[T]>(held)
    for (const [name, row] of this.#written) {
      if (name.startsWith(start)) rows.set(name.slice(table.length + 1), row as ChainTables[T])
    }
    return [...rows.values()]
  }

  insert<T extends keyof ChainTables>(table: T, row: ChainTables[T]): void {
    this.#write(table, row, true)
  }

  put<T extends keyof ChainTables>(table: T, row: ChainTables[T]): void {
    this.#write(table, row, false)
  }

  emit<T extends EventType>(type: T, view: () => EventView<T>): void {
    this.events.push((meta) => draftOf(type, view(), meta))
  }

  #write<T extends keyof ChainTables>(table: T, row: ChainTables[T], isNew: boolean): void {
    this.#written.set(`${table} ${keyText(table, row as Key<T>)}`, row)
    this.writes.push({ table, row, isNew })
  }

  #want<T extends keyof ChainTables>(name: string, wanted: Wanted<T>): void {
    this.wanted.set(name, wanted as unknown as Wanted)
  }
}
