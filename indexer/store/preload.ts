import { type BatchChanges, type Block, type Changes, keyText, type RowName } from './changes.ts'
import type { ChainTables, Key } from './tables.ts'

/** What a log does to the rows. */
export interface Step {
  block: Block
  apply(changes: Changes): Promise<void>
}

/** Turns of the microtask queue in which a step gets from one read to the next; too few cost a statement, nothing else. */
const TICKS = 8

interface Waiting {
  name: RowName
  resume: () => void
}

/**
 * Reads the rows that steps are going to read, by a few statements instead of one for each row: all steps run at once
 * for no other purpose, what they wait for is read together, and what they write is forgotten. They go on in their order,
 * so that one mostly finds what an earlier one has made. What is missed all the same is read when it is needed.
 *
 * This is the preload of Envio HyperIndex (https://docs.envio.dev/docs/HyperIndex/preload-optimization), whose batches
 * are those of DataLoader.
 */
export async function preload(changes: BatchChanges, steps: readonly Step[]): Promise<void> {
  /** Rows as some step has left them. */
  const made = new Map<string, object>()
  let waiting: Waiting[] = []
  const rehearsal = (block: Block): Changes => ({
    block,
    async get(table, key) {
      const text = `${table} ${keyText(table, key)}`
      if (!made.has(text) && !changes.holds(table, key)) {
        await new Promise<void>((resume) => {
          waiting.push({ name: { table, key } as unknown as RowName, resume })
        })
      }
      return (made.get(text) as ChainTables[typeof table] | undefined) ?? changes.get(table, key)
    },
    all: () => Promise.reject(new Error('what belongs together is read when it is needed')),
    put(table, row) {
      made.set(`${table} ${keyText(table, row as Key<typeof table>)}`, row)
    },
    emit() {},
  })
  const rehearsed = Promise.allSettled(steps.map(({ block, apply }) => apply(rehearsal(block))))
  for (await ticks(); waiting.length > 0; ) {
    const resumed = waiting
    waiting = []
    await changes.load(resumed.map(({ name }) => name))
    for (const { resume } of resumed) {
      resume()
      await ticks()
    }
  }
  await rehearsed
}

async function ticks(): Promise<void> {
  for (let tick = 0; tick < TICKS; tick++) await undefined
}
