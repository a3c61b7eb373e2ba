import type { Hex } from '../../protocol/types.ts'
import type { EventType } from '../views/event-type.ts'
import type { EventView } from '../views/live-event.ts'
import { type ChainTables, type Key, primaryKeys } from './tables.ts'

/** A block as far as the index cares. */
export interface Block {
  number: number
  hash: Hex
  /** Unix seconds. */
  timestamp: number
}

/** The chain rows as a handler of logs sees them. */
export interface Changes {
  /** The block whose logs are being applied. */
  readonly block: Block
  /** The row as it stands after everything applied so far. Replace it with `put`, do not change it. */
  get<T extends keyof ChainTables>(table: T, key: Key<T>): ChainTables[T] | undefined
  /** All rows whose key begins with these columns, as `get` has them; they can be replaced with `put`. */
  all<T extends keyof ChainTables>(table: T, prefix: Partial<Key<T>>): ChainTables[T][]
  /** Writes a row of which there was none: of a thing that the contract makes once, when it is made. */
  insert<T extends keyof ChainTables>(table: T, row: ChainTables[T]): void
  /** Writes a row that was read with `get` before. */
  put<T extends keyof ChainTables>(table: T, row: ChainTables[T]): void
  /** Queues a live event of the present block; `view` says what it tells, where it is news. */
  emit<T extends EventType>(type: T, view: () => EventView<T>): void
}

/**
 * The key of a row, or the beginning of one, as the undo log names it. Values are numbers, hexadecimal or words, none
 * contains a slash.
 */
export function keyText<T extends keyof ChainTables>(table: T, key: Partial<Key<T>>): string {
  let text = ''
  for (const column of primaryKeys[table]) {
    if (!(column in key)) break
    text += text === '' ? key[column as keyof Key<T>] : `/${key[column as keyof Key<T>]}`
  }
  return text
}
