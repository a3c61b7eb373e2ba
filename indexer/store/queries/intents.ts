import { type Selectable, sql } from 'kysely'
import type { Address } from '../../../protocol/types.ts'
import type { Tx } from '../store.ts'
import type { IntentRow } from '../tables.ts'
import { type Page, type PageRequest, pageByNumber } from './page.ts'

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
  page: PageRequest<number>,
): Promise<Page<Selectable<IntentRow>, number>> {
  let query = tx.selectFrom('intents').selectAll().where('expiry', '>=', now)
  for (const column of ['side', 'agent', 'capability'] as const) {
    const value = filter[column]
    if (value !== undefined) query = query.where(column, '=', value)
  }
  if (filter.area !== undefined) query = query.where(sql<boolean>`cells @> ${[filter.area]}::text[]`)
  return pageByNumber(query, 'sequence', page)
}
