import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite, types } from '@electric-sql/pglite'
import { Kysely, PGliteDialect, sql, type Transaction } from 'kysely'
import { Migrator } from 'kysely/migration'
import { ConfigError } from '../../protocol/errors.ts'
import { type DirectoryLock, lockDirectory } from './directory-lock.ts'
import { up as firstMarket } from './migrations/0001-first-market.ts'
import type { Database } from './tables.ts'

/** A view of the database in which all reads belong together and all writes happen or none. */
export type Tx = Transaction<Database>

/** After so many writes, what is gone gives back its room: a write stores at most some hundred rows. */
const VACUUM_EVERY = 20

const migrations = { '0001-first-market': { up: firstMarket } }

/**
 * The index's database: PGlite, in memory or in a directory of which it is the only user.
 *
 * @example
 * ```ts
 * const store = await Store.open('.mesh/index')
 * const open = await store.transaction((tx) => tx.selectFrom('agreements').selectAll().execute())
 * await store.close()
 * ```
 */
export class Store {
  readonly #db: Kysely<Database>
  readonly #lock: DirectoryLock | undefined
  readonly #running = new Set<Promise<unknown>>()
  #closing = false
  #writes = 0

  private constructor(db: Kysely<Database>, lock: DirectoryLock | undefined) {
    this.#db = db
    this.#lock = lock
  }

  /**
   * @param directory where the data is kept; absent: in memory.
   * @throws ConfigError `DIRECTORY_LOCKED` when another process uses the directory, `STORE_UNUSABLE` when the
   *   database in it cannot be opened or brought up to date.
   */
  static async open(directory?: string): Promise<Store> {
    const lock = directory === undefined ? undefined : lockDirectory(directory)
    let db: Kysely<Database> | undefined
    try {
      db = new Kysely<Database>({ dialect: new PGliteDialect({ pglite: createPGlite(directory) }) })
      await migrate(db)
      return new Store(db, lock)
    } catch (cause) {
      await db?.destroy().catch(() => {})
      lock?.release()
      throw new ConfigError('STORE_UNUSABLE', 'The index database cannot be opened.', {
        field: directory ?? 'memory',
        received: cause instanceof Error ? cause.message : cause,
        remedy: 'Delete the directory: the index is rebuilt from the chain.',
        cause,
      })
    }
  }

  /**
   * Runs `fn` in one transaction; PGlite has one connection, so transactions run one after the other.
   *
   * @throws ConfigError `STORE_CLOSED` after `close`.
   */
  async transaction<T>(fn: (tx: Tx) => Promise<T>): Promise<T> {
    if (this.#closing)
      throw new ConfigError('STORE_CLOSED', 'The index database is closed.', {
        remedy: 'Open it again: what was committed is there.',
      })
    return this.#track(this.#db.transaction().execute(fn))
  }

  /**
   * As {@link transaction}, for what changes rows. Now and then it clears away what was deleted or replaced: a database that
   * runs inside of a process has nobody else who does.
   */
  async write<T>(fn: (tx: Tx) => Promise<T>): Promise<T> {
    const result = await this.transaction(fn)
    this.#writes += 1
    if (this.#writes % VACUUM_EVERY === 0 && !this.#closing) await this.#track(this.#tidy())
    return result
  }

  /** Closes the database when the transactions that run have ended. */
  async close(): Promise<void> {
    this.#closing = true
    await Promise.allSettled(this.#running)
    await this.#db.destroy()
    this.#lock?.release()
  }

  /** Frees the room of rows that are gone, and of the log of what was written, which is kept up to a checkpoint. */
  async #tidy(): Promise<void> {
    await sql`vacuum`.execute(this.#db)
    await sql`checkpoint`.execute(this.#db)
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

/** Amounts come back as bigint; block numbers and times are far below 2^53 and come back as number. */
function createPGlite(directory: string | undefined): PGlite {
  const parsers = { [types.NUMERIC]: BigInt, [types.INT8]: Number }
  if (directory === undefined) return new PGlite({ parsers })
  const dataDir = join(directory, 'pg')
  mkdirSync(dataDir, { recursive: true })
  return new PGlite({ dataDir, parsers })
}

async function migrate(db: Kysely<Database>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
}
