import { setImmediate as nextTurn } from 'node:timers/promises'
import { type BatchChanges, type Block, type Changes, keyText, type RowName } from './changes.ts'
import type { ChainTables, Key } from './tables.ts'

/** What a log does to the rows. */
export interface Step {
  block: Block
  apply(changes: Changes): Promise<void>
}

/**
 * Reads the rows that steps are going to read, by a few statements instead of one for each row: all steps run at once
 * for no other purpose, what they wait for is read together, and what they write is forgotten. Those that need a row
 * that an earlier one makes fail, and run once more. What is missed all the same is read when it is needed.
 *
 * This is the preload of Envio HyperIndex (https://docs.envio.dev/docs/HyperIndex/preload-optimization), whose batches
 * are those of DataLoader.
 */
export async function preload(changes: BatchChanges, steps: readonly Step[]): Promise<void> {
  const rehearsal = new Rehearsal(changes)
  const missing = await rehearsal.run(steps)
  await rehearsal.run(missing)
}

class Rehearsal {
  readonly #changes: BatchChanges
  /** Rows as some step has left them. */
  readonly #made = new Map<string, object>()
  #wanted = new Map<string, RowName>()
  #loading: Promise<void> | undefined

  constructor(changes: BatchChanges) {
    this.#changes = changes
  }

  /** @returns the steps that failed */
  async run(steps: readonly Step[]): Promise<Step[]> {
    const outcomes = await Promise.allSettled(steps.map(({ block, apply }) => apply(this.#at(block))))
    return steps.filter((_, index) => outcomes[index]?.status === 'rejected')
  }

  #at(block: Block): Changes {
    return {
      block,
      get: (table, key) => this.#get(table, key),
      all: () => Promise.reject(new Error('what belongs together is read when it is needed')),
      put: (table, row) => {
        this.#made.set(`${table} ${keyText(table, row as Key<typeof table>)}`, row)
      },
      emit() {},
    }
  }

  async #get<T extends keyof ChainTables>(table: T, key: Key<T>): Promise<ChainTables[T] | undefined> {
    const name = `${table} ${keyText(table, key)}`
    if (!this.#changes.holds(table, key)) {
      this.#wanted.set(name, { table, key } as unknown as RowName)
      this.#loading ??= this.#load()
      await this.#loading
    }
    return (this.#made.get(name) as ChainTables[T] | undefined) ?? this.#changes.get(table, key)
  }

  async #load(): Promise<void> {
    // By then every step that can has said what it waits for.
    await nextTurn()
    const wanted = [...this.#wanted.values()]
    this.#wanted = new Map()
    this.#loading = undefined
    await this.#changes.load(wanted)
  }
}
