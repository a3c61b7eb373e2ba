import { sql } from 'kysely'
import type { Tx } from './store.ts'

/** What the chain said last to the process that follows it. */
interface Heartbeat {
  /** Height of the chain. */
  head: number
  /** Milliseconds since it said so. */
  age: number
  /** Milliseconds since the index had all that the chain had. */
  levelAge: number
}

/** Tells the processes that only read how far the chain is. Times are the database's, for machines differ in theirs. */
export async function writeHeartbeat(tx: Tx, { head, age, levelAge }: Heartbeat): Promise<void> {
  const before = (ago: number) => sql<Date>`clock_timestamp() - ${ago} * interval '1 millisecond'`
  const row = { head, polledAt: before(age), levelAt: before(levelAge) }
  await tx
    .insertInto('heartbeat')
    .values(row)
    .onConflict((conflict) => conflict.column('singleton').doUpdateSet(row))
    .execute()
}

/** Undefined before the first one. */
export async function readHeartbeat(tx: Tx): Promise<Heartbeat | undefined> {
  const since = (column: 'polledAt' | 'levelAt') =>
    sql<number>`(extract(epoch from clock_timestamp() - ${sql.ref(column)}) * 1000)::float8`
  return tx
    .selectFrom('heartbeat')
    .select(['head', since('polledAt').as('age'), since('levelAt').as('levelAge')])
    .executeTakeFirst()
}
