import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type pg from 'pg'
import type { Tx } from './store.ts'

/** Channel of PostgreSQL's NOTIFY; other markets in the same database use it too, which costs one look for nothing. */
const CHANNEL = 'mesh_index'
/** Milliseconds after which one looks by oneself, should a notice have got lost with a connection. */
const POLL_INTERVAL = 2_000
/** Milliseconds between two tries to connect. */
const RECONNECT_AFTER = 1_000

/** Tells all who listen that rows have changed, when the transaction commits. */
export async function notify(tx: Tx): Promise<void> {
  await sql`select pg_notify(${CHANNEL}, '')`.execute(tx)
}

/**
 * Calls `fn` when somebody has written, and every two seconds besides.
 *
 * @param connect opens a connection that is used for nothing else
 */
export function listen(connect: () => Promise<pg.Client>, fn: () => void): { close(): Promise<void> } {
  const closed = new AbortController()
  const poll = setInterval(fn, POLL_INTERVAL)
  async function session(): Promise<void> {
    const client = await connect()
    try {
      const ended = once(client, 'end', { signal: closed.signal })
      client.on('notification', fn)
      await Promise.race([client.query(`listen ${CHANNEL}`), ended])
      // What was written before is told by nobody.
      fn()
      await ended
    } finally {
      await client.end()
    }
  }
  async function run(): Promise<void> {
    while (!closed.signal.aborted) {
      // Until there is a connection again, one looks by oneself.
      await session().catch(() => {})
      await sleep(RECONNECT_AFTER, undefined, { signal: closed.signal }).catch(() => {})
    }
  }
  const running = run()
  return {
    async close() {
      clearInterval(poll)
      closed.abort()
      await running
    },
  }
}
