import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database } from '../tables.ts'

/** What was traded of energy, which has a price for 1,000 units, and paid for it. @param where which agreements count */
function sums(where: RawBuilder<unknown>) {
  return sql`(select jsonb_build_object('energy', coalesce(sum(traded), 0), 'energyVolume', coalesce(sum(received + fee), 0))
    from agreements where traded is not null and lot = 1000 and ${where})`
}

/** Whether an agreement ended within an interval of the series. */
function within(start: RawBuilder<unknown>, interval: RawBuilder<unknown>) {
  return sql`"endedAt" >= ${start} and "endedAt" < ${start} + case ${interval} when 'hour' then 3600 else 86400 end`
}

const totals = sums(sql`agreements.token = "tokenTotals".token`)
const series = sums(
  sql`agreements.token = "tradeSeries".token
    and ${within(sql`"tradeSeries".start`, sql`"tradeSeries".interval`)}`,
)
/** As they were at the end of the block before. */
const undone = sums(sql`agreements.token = old ->> 'token' and "endedBlock" < undo."blockNumber"
  and ("tableName" = 'tokenTotals' or ${within(sql`(old ->> 'start')::int8`, sql`old ->> 'interval'`)})`)

/** Sums counted metres and queries as Wh, and their payments into the price of a kWh: energy stands apart from now on. */
const statements = [
  ...['tokenTotals', 'tradeSeries'].flatMap((table) => [
    sql`alter table ${sql.table(table)} rename column quantity to energy`,
    sql`alter table ${sql.table(table)} add column "energyVolume" numeric not null default 0`,
  ]),
  sql`update "tokenTotals" set (energy, "energyVolume") = (
    select (found ->> 'energy')::numeric, (found ->> 'energyVolume')::numeric from (select ${totals} as found) all_of_it)`,
  sql`update "tradeSeries" set (energy, "energyVolume") = (
    select (found ->> 'energy')::numeric, (found ->> 'energyVolume')::numeric from (select ${series} as found) part_of_it)`,
  sql`update undo set old = old || ${undone} where "tableName" in ('tokenTotals', 'tradeSeries') and old is not null`,
]

export async function up(db: Kysely<Database>): Promise<void> {
  for (const statement of statements) await statement.execute(db)
}
