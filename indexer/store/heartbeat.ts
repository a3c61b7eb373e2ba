import { sql } from 'kysely'
import type { Tx } from './store.ts'

/** What the chain said last to the process that follows it. */
interface Heartbeat {
  /** Height of the chain. */
  head: number
  /** Milliseconds since it said so. */
  age: number
}

/** Tells the processes that only read how far the chain is. Times are the database's, for machines differ in theirs. */
export async function writeHeartbeat(tx: Tx, { head, age }: Heartbeat): Promise<void> {
  const polledAt = sql<Date>`clock_timestamp() - ${age} * interval '1 millisecond'`
  await tx
    .insertInto('heartbeat')
    .values({ head, polledAt })
    .onConflict((conflict) => conflict.column('singleton').doUpdateSet({ head, polledAt }))
    .execute()
}

/** Undefined before the first one. */
export async function readHeartbeat(tx: Tx): Promise<Heartbeat | undefined> {
  const age = sql<number>`(extract(epoch from clock_timestamp() - "polledAt") * 1000)::float8`
  return tx
    .selectFrom('heartbeat')
    .select(['head', age.as('age')])
    .executeTakeFirst()
}
