import { EventEmitter } from 'node:events'
import type { Kysely, Transaction } from 'kysely'
import { Migrator } from 'kysely/migration'
import { ConfigError, messageOf } from '../../protocol/errors.ts'
import type { Backend, PoolFigures, Term } from './backend.ts'
import { up as firstMarket } from './migrations/0001-first-market.ts'
import { up as energyApart } from './migrations/0002-energy-apart.ts'
import { takeOutbox } from './outbox.ts'
import type { Database } from './tables.ts'
import { notify } from './write-notices.ts'

/** A view of the database in which all reads belong together and all writes happen or none. */
export type Tx = Transaction<Database>

const migrations = {
  '0001-first-market': { up: firstMarket },
  '0002-energy-apart': { up: energyApart },
}

/** Where a store is. */
export interface StorePlace {
  /** Directory of PGlite, which this process alone uses; absent: in memory. */
  dataDir?: string | undefined
  /** URL of a PostgreSQL database, instead. */
  database?: string | undefined
}

/**
 * The index's database: PostgreSQL, or PGlite where none is named.
 *
 * @example
 * ```ts
 * const store = await Store.open({ dataDir: '.mesh/index' })
 * await store.elect()
 * await store.write((tx) => tx.deleteFrom('intents').execute())
 * const open = await store.transaction((tx) => tx.selectFrom('agreements').selectAll().execute())
 * await store.close()
 * ```
 */
export class Store {
  /** Emits `change` when rows may have changed, by whichever process. */
  readonly events = new EventEmitter<{ change: [] }>().setMaxListeners(0)
  readonly #backend: Backend
  readonly #running = new Set<Promise<unknown>>()
  #term: Term | undefined
  #closing = false

  private constructor(backend: Backend) {
    this.#backend = backend
    backend.onForeignWrite(() => this.events.emit('change'))
  }

  /**
   * @param readOnly leaves the database as it is, so that a user without rights to write can open it
   * @throws ConfigError `DIRECTORY_LOCKED` when another process uses the directory, `STORE_UNUSABLE` when the database
   *   cannot be opened or brought up to date, `STORE_OUTDATED` when it is not and may not be.
   */
  static async open({ dataDir, database }: StorePlace = {}, readOnly = false): Promise<Store> {
    // Both are optional packages, of which the one that is used must be there.
    const backend =
      database === undefined
        ? (await import('./pglite.ts')).openPGlite(dataDir)
        : (await import('./postgres.ts')).openPostgres(database)
    try {
      await prepare(backend.db, readOnly)
      return new Store(backend)
    } catch (cause) {
      await backend.close().catch(() => {})
      if (cause instanceof ConfigError) throw cause
      throw new ConfigError('STORE_UNUSABLE', 'The index database cannot be opened.', {
        field: backend.name,
        received: messageOf(cause),
        remedy: backend.remedy,
        cause,
      })
    }
  }

  /**
   * Reads from one snapshot: everything that `fn` sees is true of one and the same block.
   *
   * @throws ConfigError `STORE_CLOSED` after `close`.
   */
  async transaction<T>(fn: (tx: Tx) => Promise<T>): Promise<T> {
    this.#checkOpen()
    const snapshot = this.#backend.db
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
    return this.#track(snapshot.execute(fn))
  }

  /**
   * Tries once to become the only one that writes: of all processes that share a PostgreSQL one at a time is.
   *
   * @returns undefined while another process is
   */
  async elect(): Promise<Pick<Term, 'over' | 'heartbeat'> | undefined> {
    this.#checkOpen()
    this.#term = await this.#track(this.#backend.elect())
    return this.#term
  }

  /** Lets another process write. */
  async resign(): Promise<void> {
    await Promise.allSettled(this.#running)
    const term = this.#term
    this.#term = undefined
    await term?.end()
  }

  /**
   * Runs `fn` in a transaction that changes what follows from the chain: all that it writes happens, or nothing does.
   *
   * @throws ConfigError `NOT_THE_WRITER` unless this process was elected and still is, `STORE_CLOSED` after `close`.
   */
  async write<T>(fn: (tx: Tx) => Promise<T>): Promise<T> {
    const term = this.#term
    if (!this.#closing && (term === undefined || term.over.aborted)) throw notTheWriter()
    return this.#commit(term?.db ?? this.#backend.db, fn)
  }

  /**
   * As {@link write}, for what any process may add, which is what it heard of the mesh by itself. One at a time of all does.
   *
   * @throws ConfigError `STORE_CLOSED` after `close`.
   */
  async add<T>(fn: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#commit(this.#backend.db, async (tx) => {
      await takeOutbox(tx)
      return fn(tx)
    })
  }

  /** How busy the connections for reading are; undefined where the database is in this process. */
  pool(): PoolFigures | undefined {
    return this.#backend.pool()
  }

  /** Closes the database when the transactions that run have ended. */
  async close(): Promise<void> {
    this.#closing = true
    await this.resign()
    await this.#backend.close()
  }

  async #commit<T>(db: Kysely<Database>, fn: (tx: Tx) => Promise<T>): Promise<T> {
    this.#checkOpen()
    const result = await this.#track(
      db.transaction().execute(async (tx) => {
        const result = await fn(tx)
        await notify(tx)
        return result
      }),
    )
    this.events.emit('change')
    if (!this.#closing && this.#term !== undefined) await this.#track(this.#term.written())
    return result
  }

  #checkOpen(): void {
    if (!this.#closing) return
    throw new ConfigError('STORE_CLOSED', 'The index database is closed.', {
      remedy: 'Open it again: what was committed is there.',
    })
  }

  /** Has `close` wait for it. */
  async #track<T>(running: Promise<T>): Promise<T> {
    this.#running.add(running)
    try {
      return await running
    } finally {
      this.#running.delete(running)
    }
  }
}

function notTheWriter(): ConfigError {
  return new ConfigError('NOT_THE_WRITER', 'Another process writes to the index database.', {
    field: 'database',
    expected: 'one writer at a time',
    remedy: 'Wait to be elected, or have that process write.',
  })
}

/** Brings the tables up to date, or makes sure that they are. */
async function prepare(db: Kysely<Database>, readOnly: boolean): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  if (!readOnly) {
    const { error } = await migrator.migrateToLatest()
    if (error !== undefined) throw error
    return
  }
  const missing = (await migrator.getMigrations()).filter(({ executedAt }) => executedAt === undefined)
  if (missing.length === 0) return
  throw new ConfigError('STORE_OUTDATED', 'The index database lacks tables of this version.', {
    field: 'database',
    expected: Object.keys(migrations),
    received: `not ${missing.map(({ name }) => name).join(', ')}`,
    remedy: 'Start a process of this version that may write, and then the ones that only read.',
  })
}
