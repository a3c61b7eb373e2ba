import type { Meta } from '../views/meta.ts'
import type { ChangeSet, UndoRecord } from './change-set.ts'
import { type Block, keyText } from './changes.ts'
import { Draft, type Step, type Wanted } from './draft.ts'
import type { EventDraft } from './outbox.ts'
import type { Entry, RowCache } from './row-cache.ts'
import type { ChainTables, Key } from './tables.ts'

/** So many steps are drafted when a row is missing for the first time. */
const FIRST_DRAFTED = 32

/**
 * Applies a batch of blocks to the chain rows in memory, and says what is to be written of it.
 * Changing goes through here alone, so no change can miss its undo record.
 */
export class BatchChanges {
  readonly #cache: RowCache
  readonly #chainId: number
  readonly #floor: number
  readonly #changed = new Map<keyof ChainTables, Set<Entry>>()
  readonly #undo: UndoRecord[] = []
  readonly #events: EventDraft[] = []

  /**
   * @param floor undo records and events are kept for blocks above this height only: what lies below is too old
   *   to be undone, or to be news.
   */
  constructor(cache: RowCache, chainId: number, floor: number) {
    this.#cache = cache
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
   * @param load reads rows into the cache
   * @throws what a step throws that has all its rows, or `load`; the cache is of no use then
   */
  async apply(steps: readonly Step[], load: (wanted: Wanted[]) => Promise<void>): Promise<ChangeSet> {
    let ahead = FIRST_DRAFTED
    for (let at = 0; at < steps.length; ) {
      if (this.#take(steps[at] as Step)) {
        at++
      } else {
        await load(this.#wantedBy(steps.slice(at, at + ahead)))
        ahead *= 2
      }
    }
    // Rows are replaced, never changed, so that what comes next does not change these.
    const rows = [...this.#changed].map(([table, entries]): ChangeSet['rows'][number] => [
      table,
      [...entries].flatMap(({ row }) => row ?? []),
    ])
    return { rows, undo: this.#undo, events: this.#events }
  }

  /** Applies a step, unless it wants a row that is not held. */
  #take({ block, apply }: Step): boolean {
    const draft = new Draft(this.#cache, block)
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
    const draft = new Draft(this.#cache, (steps[0] as Step).block)
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

  #write<T extends keyof ChainTables>(block: Block, table: T, row: ChainTables[T], isNew: boolean): void {
    const rowKey = keyText(table, row as Key<T>)
    const cache = this.#cache
    const entry = cache.held(table, rowKey) ?? (isNew ? cache.hold(table, rowKey, undefined) : undefined)
    if (entry === undefined) throw new Error(`get() comes before put(): ${table} ${rowKey}`)
    if (block.number > this.#floor && entry.undoneTo !== block.number) {
      this.#undo.push({ blockNumber: block.number, tableName: table, rowKey, old: entry.row ?? null })
      entry.undoneTo = block.number
    }
    entry.row = row
    const changed = this.#changed.get(table) ?? new Set()
    this.#changed.set(table, changed.add(entry as unknown as Entry))
  }

  #emit({ number, hash }: Block, event: (meta: Meta) => EventDraft): void {
    if (number > this.#floor)
      this.#events.push(event({ blockNumber: number, blockHash: hash, chainId: this.#chainId }))
  }
}
