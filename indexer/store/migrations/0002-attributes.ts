import { type Kysely, sql } from 'kysely'
import type { Database } from '../tables.ts'

/** What an intent asks for besides. */
export async function up(db: Kysely<Database>): Promise<void> {
  await sql`alter table intents add column attributes jsonb not null default '[]'`.execute(db)
}
