import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Kysely, PGliteDialect, sql } from 'kysely'
import type { Backend, Term } from './backend.ts'
import { lockDirectory } from './directory-lock.ts'
import { PGliteThread } from './pglite-thread.ts'
import type { Database } from './tables.ts'

/** After so many writes, what is gone gives back its room: a write stores at most some hundred rows. */
const VACUUM_EVERY = 20

/**
 * PGlite, in memory or in a directory of which this process is the only user.
 *
 * @param directory where the data is kept; absent: in memory
 * @throws ConfigError `DIRECTORY_LOCKED` when another process uses the directory
 */
export function openPGlite(directory?: string): Backend {
  const lock = directory === undefined ? undefined : lockDirectory(directory)
  const db = new Kysely<Database>({ dialect: new PGliteDialect({ pglite: async () => create(directory) }) })
  let writes = 0
  const term: Term = {
    db,
    // Whoever has the directory has it until its process ends.
    over: new AbortController().signal,
    heartbeat: undefined,
    // A database that runs inside of a process has nobody else who clears away what was deleted or replaced, and the log of
    // what was written, which is kept up to a checkpoint.
    async written() {
      writes += 1
      if (writes % VACUUM_EVERY !== 0) return
      await sql`vacuum`.execute(db)
      await sql`checkpoint`.execute(db)
    },
    async end() {},
  }
  return {
    db,
    name: directory ?? 'memory',
    remedy: 'Delete the directory: the index is rebuilt from the chain.',
    elect: async () => term,
    onForeignWrite() {},
    pool: () => undefined,
    async close() {
      await db.destroy()
      lock?.release()
    },
  }
}

function create(directory: string | undefined): PGliteThread {
  if (directory === undefined) return new PGliteThread(undefined)
  const dataDir = join(directory, 'pg')
  mkdirSync(dataDir, { recursive: true })
  return new PGliteThread(dataDir)
}
