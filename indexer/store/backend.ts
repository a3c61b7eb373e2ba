import type { Kysely } from 'kysely'
import type { Database } from './tables.ts'

/** What PGlite and PostgreSQL do each in its own way. */
export interface Backend {
  /** For reading, and for what comes before the first term. */
  readonly db: Kysely<Database>
  /** What it is called in errors, without secrets. */
  readonly name: string
  /** What helps when it cannot be opened. */
  readonly remedy: string
  /** Tries once to become the only writer; undefined while somebody else is. */
  elect(): Promise<Term | undefined>
  /** Calls `fn` when another process may have written. */
  onForeignWrite(fn: () => void): void
  /** How many connections for reading there are, and of what waits for one; undefined where there are none. */
  pool(): PoolFigures | undefined
  /** Ends all connections, which nothing uses any more. */
  close(): Promise<void>
}

/** Connections to a database server, and who waits for one. */
export interface PoolFigures {
  used: number
  idle: number
  waiting: number
}

/** The time in which one process is the only one that can write. */
export interface Term {
  /** Writes here and nowhere else: what is not committed when the term is over never will be. */
  readonly db: Kysely<Database>
  /** Aborted when the term is over. */
  readonly over: AbortSignal
  /** Milliseconds after which a writer that says nothing loses the term; undefined: it may be silent. */
  readonly heartbeat: number | undefined
  /** Runs after each transaction. */
  written(): Promise<void>
  /** Lets others write. Nothing uses `db` any more. */
  end(): Promise<void>
}
