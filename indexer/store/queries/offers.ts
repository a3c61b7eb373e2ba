import type { Selectable } from 'kysely'
import type { Hex } from '../../../protocol/types.ts'
import type { Tx } from '../store.ts'
import type { OfferRow } from '../tables.ts'
import { type Page, type PageRequest, pageByNumber } from './page.ts'

/** Offers to an intent that can still be accepted at `now` (Unix seconds), the last heard first. */
export async function listOffers(
  tx: Tx,
  intent: Hex,
  now: bigint,
  page: PageRequest<number>,
): Promise<Page<Selectable<OfferRow>, number>> {
  const query = tx
    .selectFrom('offers')
    .selectAll()
    .where('intentHash', '=', intent)
    .where('expiry', '>=', now)
  return pageByNumber(query, 'sequence', page)
}
