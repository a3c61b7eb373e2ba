import type { Selectable } from 'kysely'
import type { Hex } from '../../../protocol/types.ts'
import type { Tx } from '../store.ts'
import type { OfferRow } from '../tables.ts'
import { type Page, type PageRequest, toPage } from './page.ts'

/** Offers to an intent that can still be accepted at `now` (Unix seconds), the last heard first. */
export async function listOffers(
  tx: Tx,
  intent: Hex,
  now: bigint,
  { limit, after }: PageRequest<number>,
): Promise<Page<Selectable<OfferRow>, number>> {
  let query = tx.selectFrom('offers').selectAll().where('intentHash', '=', intent).where('expiry', '>=', now)
  if (after !== undefined) query = query.where('sequence', '<', after)
  const rows = await query
    .orderBy('sequence', 'desc')
    .limit(limit + 1)
    .execute()
  return toPage(rows, limit, (row) => row.sequence)
}
