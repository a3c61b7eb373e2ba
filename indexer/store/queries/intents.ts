import { type Selectable, sql } from 'kysely'
import type { Address } from '../../../protocol/types.ts'
import type { Tx } from '../store.ts'
import type { IntentRow } from '../tables.ts'
import { type Page, type PageRequest, toPage } from './page.ts'

/** By what intents are looked up. */
export interface IntentFilter {
  side?: 'buy' | 'sell' | undefined
  agent?: Address | undefined
  capability?: string | undefined
  /** H3 cell that its area is, or lies in. */
  area?: string | undefined
}

/** Intents that can still be answered at `now` (Unix seconds), the last heard first. */
export async function listIntents(
  tx: Tx,
  filter: IntentFilter,
  now: bigint,
  { limit, after }: PageRequest<number>,
): Promise<Page<Selectable<IntentRow>, number>> {
  let query = tx.selectFrom('intents').selectAll().where('expiry', '>=', now)
  for (const column of ['side', 'agent', 'capability'] as const) {
    const value = filter[column]
    if (value !== undefined) query = query.where(column, '=', value)
  }
  if (filter.area !== undefined) query = query.where(sql<boolean>`cells @> ${[filter.area]}::text[]`)
  if (after !== undefined) query = query.where('sequence', '<', after)
  const rows = await query
    .orderBy('sequence', 'desc')
    .limit(limit + 1)
    .execute()
  return toPage(rows, limit, (row) => row.sequence)
}
