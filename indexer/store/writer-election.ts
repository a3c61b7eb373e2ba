import { Kysely, PostgresAdapter, PostgresDialect, type PostgresPoolClient } from 'kysely'
import type pg from 'pg'
import type { Term } from './backend.ts'
import type { Database } from './tables.ts'

/** Milliseconds without a word after which the server ends a writer's session. */
const SILENCE = 10_000

/** So a process that hangs, or whose machine is gone, loses its session, and the lock with it. */
const SESSION = {
  idle_session_timeout: `${SILENCE}`,
  idle_in_transaction_session_timeout: `${SILENCE}`,
  tcp_keepalives_idle: '5',
  tcp_keepalives_interval: '2',
  tcp_keepalives_count: '3',
  client_connection_check_interval: '2s',
}

/** One lock for each schema: markets in one database do not wait for each other. */
const LOCK =
  "select pg_try_advisory_lock(hashtextextended('mesh index in ' || current_schema(), 0)) as locked"

/**
 * Elects the only writer of a database, by an advisory lock that the server keeps as long as a session lives. The writer
 * writes by that very session and by no other: when it is lost, the transaction in it is rolled back before the lock is
 * anybody else's, so who has lost the lock can never commit. There is no lease to expire on a clock that is wrong, and
 * nothing for a fencing token to be compared with.
 *
 * See https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
 */
export class WriterElection {
  readonly #connect: () => Promise<pg.Client>
  /** Kept from one try to the next. */
  #candidate: pg.Client | undefined

  constructor(connect: () => Promise<pg.Client>) {
    this.#connect = connect
  }

  /** Tries once; undefined while another session has the lock. */
  async elect(): Promise<Term | undefined> {
    this.#candidate ??= await this.#newCandidate()
    const client = this.#candidate
    const { rows } = await client.query<{ locked: boolean }>(LOCK)
    if (rows[0]?.locked !== true) return undefined
    this.#candidate = undefined
    const over = new AbortController()
    client.once('end', () => over.abort())
    const db = new Kysely<Database>({ dialect: new OneConnection(client) })
    return { db, over: over.signal, heartbeat: SILENCE, async written() {}, end: () => client.end() }
  }

  async close(): Promise<void> {
    await this.#candidate?.end()
  }

  async #newCandidate(): Promise<pg.Client> {
    const client = await this.#connect()
    client.once('end', () => {
      if (this.#candidate === client) this.#candidate = undefined
    })
    try {
      for (const setting of Object.entries(SESSION))
        await client.query('select set_config($1, $2, false)', setting)
    } catch (error) {
      await client.end()
      throw error
    }
    return client
  }
}

/** Kysely on one connection, for which transactions wait in turn. */
class OneConnection extends PostgresDialect {
  constructor(client: pg.Client) {
    const release = (isBroken?: boolean) => {
      if (isBroken) client.end().catch(() => {})
    }
    const connection: PostgresPoolClient = Object.assign(client, { release })
    super({ pool: { connect: async () => connection, end: () => client.end(), options: {} } })
  }

  override createAdapter(): PostgresAdapter {
    return new OneAtATime()
  }
}

class OneAtATime extends PostgresAdapter {
  override get supportsMultipleConnections(): boolean {
    return false
  }
}
