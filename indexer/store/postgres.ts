import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Backend } from './backend.ts'
import type { Database } from './tables.ts'
import { listen } from './write-notices.ts'
import { WriterElection } from './writer-election.ts'

/** Most connections of one process for reading; the writer has one more, and so has listening. */
const MAX_CONNECTIONS = 10
/** Milliseconds until a connection must be there, and a statement be done: by the server's clock, and by this process's. */
const CONNECT_TIMEOUT = 5_000
const STATEMENT_TIMEOUT = 15_000
const QUERY_TIMEOUT = 20_000
/** Milliseconds without a word after which the system asks the other side of a connection whether it is still there. */
const KEEP_ALIVE_AFTER = 5_000

/** Amounts come back as bigint; block numbers and times are far below 2^53 and come back as number. */
const parsers = new Map<number, (text: string) => unknown>([
  [pg.types.builtins.NUMERIC, BigInt],
  [pg.types.builtins.INT8, Number],
])

/**
 * PostgreSQL, 14 or later. Tables are in the first schema of the search path, which the URL may name:
 * `postgres://mesh@db.example/mesh?options=-c%20search_path%3Dmarket`.
 *
 * @param url as libpq takes it; what it leaves out comes from `PGHOST`, `PGUSER` and so on. It leads to the server itself, or
 *   to a pooler that gives a client one session: a pooler of transactions knows neither the writer's lock nor notices.
 */
export function openPostgres(url: string): Backend {
  const options = connectionOptions(url)
  const pool = new pg.Pool({ ...options, max: MAX_CONNECTIONS })
  // An idle connection that breaks is replaced when one is needed; whoever needs it then hears when there is none.
  pool.on('error', () => {})
  const connect = async () => {
    const client = new pg.Client(options)
    // Said by `end` too.
    client.on('error', () => {})
    await client.connect()
    return client
  }
  const election = new WriterElection(connect)
  const notices: { close(): Promise<void> }[] = []
  return {
    db: new Kysely<Database>({ dialect: new PostgresDialect({ pool }) }),
    name: nameOf(url),
    remedy: 'Start the server, or correct `DATABASE_URL`; its user needs the right to create tables.',
    elect: () => election.elect(),
    onForeignWrite(fn) {
      notices.push(listen(connect, fn))
    },
    pool: () => ({
      used: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
    async close() {
      await Promise.all(notices.map((notice) => notice.close()))
      await election.close()
      await pool.end()
    },
  }
}

function connectionOptions(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: 'mesh-index',
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    statement_timeout: STATEMENT_TIMEOUT,
    query_timeout: QUERY_TIMEOUT,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER,
    types: {
      getTypeParser: ((id: number, format: 'text') =>
        parsers.get(id) ?? pg.types.getTypeParser(id, format)) as typeof pg.types.getTypeParser,
    },
  }
}

/** A database's URL without user, password and options. */
function nameOf(url: string): string {
  if (!URL.canParse(url)) return 'database'
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}
