import { Worker } from 'node:worker_threads'
import type { PGlite, PGliteQueryResults, PGliteTransaction } from 'kysely'
import type { Answer, Question } from './pglite-worker.ts'

type Results<T> = PGliteQueryResults<T>

/**
 * PGlite in a thread of its own, as far as Kysely's dialect uses it: while a batch of rows is stored, the next one is read and
 * decoded. Its one user takes turns with transactions, as that dialect does.
 */
export class PGliteThread implements PGlite {
  readonly ready = true
  readonly waitReady = Promise.resolve()
  readonly #worker: Worker
  readonly #asked = new Map<number, PromiseWithResolvers<Results<unknown>>>()
  #count = 0
  #closed = false

  /** @param dataDir where the data is kept; absent: in memory */
  constructor(dataDir: string | undefined) {
    // In a clone this file is TypeScript, in the package it is compiled.
    const name = `./pglite-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`
    this.#worker = new Worker(new URL(name, import.meta.url), { workerData: { dataDir } })
    this.#worker.on('message', (answer: Answer) => this.#take(answer))
    this.#worker.on('error', (error) => this.#fail(error))
    this.#worker.on('exit', () => this.#fail(new Error('The thread of the database has ended.')))
    // As in its own thread, an open database alone keeps no process running.
    this.#worker.unref()
  }

  get closed(): boolean {
    return this.#closed
  }

  async query<T>(statement: string, values: readonly unknown[] = []): Promise<Results<T>> {
    return (await this.#ask({ statement, values: [...values] })) as Results<T>
  }

  /** @throws what `fn` throws, or the error of a statement that it took no notice of: nothing has happened then */
  async transaction<T>(fn: (tx: PGliteTransaction) => Promise<T>): Promise<T> {
    let failure: unknown
    const query = <R>(statement: string, values?: readonly unknown[]) =>
      this.query<R>(statement, values).catch((error: unknown) => {
        failure ??= error
        throw error
      })
    const rollback = async () => void (await this.query('rollback'))
    await this.query('begin')
    try {
      const result = await fn({ query, rollback })
      if (failure !== undefined) throw failure
      await this.query('commit')
      return result
    } catch (error) {
      if (!this.#closed) await rollback()
      throw error
    }
  }

  async close(): Promise<void> {
    await this.#ask({})
    this.#closed = true
  }

  async #ask(
    question: { statement?: never } | { statement: string; values: unknown[] },
  ): Promise<Results<unknown>> {
    if (this.#closed) throw new Error('The database is closed.')
    const id = this.#count++
    const asked = Promise.withResolvers<Results<unknown>>()
    this.#asked.set(id, asked)
    this.#worker.ref()
    this.#worker.postMessage({ id, ...question } satisfies Question)
    return asked.promise
  }

  #take(answer: Answer): void {
    const asked = this.#asked.get(answer.id)
    this.#asked.delete(answer.id)
    if (this.#asked.size === 0) this.#worker.unref()
    if (answer.error === undefined) {
      const { rows, fields, affectedRows } = answer
      asked?.resolve({ rows, fields, ...(affectedRows === undefined ? {} : { affectedRows }) })
    } else {
      asked?.reject(Object.assign(answer.error, answer.members))
    }
  }

  /** No statement is answered any more. */
  #fail(error: unknown): void {
    this.#closed = true
    for (const { reject } of this.#asked.values()) reject(error)
    this.#asked.clear()
  }
}
