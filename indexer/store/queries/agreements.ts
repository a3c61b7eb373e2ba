import { sql } from 'kysely'
import type { Address, Hex } from '../../../protocol/types.ts'
import type { TradeRow } from '../../views/trade.ts'
import type { Tx } from '../store.ts'
import type { AgreementRow, AgreementStatus } from '../tables.ts'
import { type Page, type PageRequest, type Position, pageByPosition, toPage } from './page.ts'

/** Parties by which agreements and trades are looked up. */
export interface PartyFilter {
  buyer?: Address | undefined
  seller?: Address | undefined
  /** Either side. */
  agent?: Address | undefined
}

/** Agreements, the one that was first seen last coming first. */
export async function listAgreements(
  tx: Tx,
  filter: PartyFilter & { status?: AgreementStatus | undefined },
  page: PageRequest<Position>,
): Promise<Page<AgreementRow, Position>> {
  let query = ofParties(tx, filter)
  if (filter.status !== undefined) query = query.where('status', '=', filter.status)
  return pageByPosition(query, page)
}

export async function findAgreement(tx: Tx, id: Hex): Promise<AgreementRow | undefined> {
  return tx.selectFrom('agreements').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Trades, the one that ended last coming first. */
export async function listTrades(
  tx: Tx,
  filter: PartyFilter,
  { limit, after }: PageRequest<Position>,
): Promise<Page<TradeRow, Position>> {
  let query = ofParties(tx, filter).where('traded', 'is not', null)
  if (after !== undefined) {
    query = query.where(sql<boolean>`("endedBlock", "endedIndex") < (${after[0]}, ${after[1]})`)
  }
  const rows = await query
    .orderBy('endedBlock', 'desc')
    .orderBy('endedIndex', 'desc')
    .limit(limit + 1)
    .$narrowType<TradeRow>()
    .execute()
  return toPage(rows, limit, (row) => [row.endedBlock, row.endedIndex])
}

function ofParties(tx: Tx, { buyer, seller, agent }: PartyFilter) {
  let query = tx.selectFrom('agreements').selectAll()
  if (buyer !== undefined) query = query.where('buyer', '=', buyer)
  if (seller !== undefined) query = query.where('seller', '=', seller)
  if (agent !== undefined)
    query = query.where((eb) => eb.or([eb('buyer', '=', agent), eb('seller', '=', agent)]))
  return query
}
