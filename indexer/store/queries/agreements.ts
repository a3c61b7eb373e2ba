import { sql } from 'kysely'
import type { Address, Hex } from '../../../protocol/types.ts'
import type { TradeRow } from '../../views/trade.ts'
import type { Tx } from '../store.ts'
import type { AgreementRow, AgreementStatus } from '../tables.ts'
import { type Page, type PageRequest, type Position, toPage } from './page.ts'

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
  { status, ...parties }: PartyFilter & { status?: AgreementStatus | undefined },
  { limit, after }: PageRequest<Position>,
): Promise<Page<AgreementRow, Position>> {
  const keyOf = (row: AgreementRow): Position => [row.block, row.logIndex]
  const rows = await ofSides(parties, keyOf, (side) => {
    let query = ofSide(tx, side)
    if (status !== undefined) query = query.where('status', '=', status)
    if (after !== undefined) query = query.where(sql<boolean>`(block, "logIndex") < (${sql.join(after)})`)
    return query
      .orderBy('block', 'desc')
      .orderBy('logIndex', 'desc')
      .limit(limit + 1)
      .execute()
  })
  return toPage(rows, limit, keyOf)
}

export async function findAgreement(tx: Tx, id: Hex): Promise<AgreementRow | undefined> {
  return tx.selectFrom('agreements').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Trades, the one that ended last coming first. */
export async function listTrades(
  tx: Tx,
  parties: PartyFilter,
  { limit, after }: PageRequest<Position>,
): Promise<Page<TradeRow, Position>> {
  const keyOf = (row: TradeRow): Position => [row.endedBlock, row.endedIndex]
  const rows = await ofSides(parties, keyOf, (side) => {
    let query = ofSide(tx, side).where('traded', 'is not', null)
    if (after !== undefined)
      query = query.where(sql<boolean>`("endedBlock", "endedIndex") < (${sql.join(after)})`)
    return query
      .orderBy('endedBlock', 'desc')
      .orderBy('endedIndex', 'desc')
      .limit(limit + 1)
      .$narrowType<TradeRow>()
      .execute()
  })
  return toPage(rows, limit, keyOf)
}

/** Agreements in which each side that is named is who it says. */
interface Side {
  buyer?: Address | undefined
  seller?: Address | undefined
  /** Left out, having been listed as buyer. */
  notBuyer?: Address
}

function ofSide(tx: Tx, { buyer, seller, notBuyer }: Side) {
  let query = tx.selectFrom('agreements').selectAll()
  if (buyer !== undefined) query = query.where('buyer', '=', buyer)
  if (seller !== undefined) query = query.where('seller', '=', seller)
  if (notBuyer !== undefined) query = query.where('buyer', 'is distinct from', notBuyer)
  return query
}

/**
 * What matches a filter, each part of it read in the list's order: an "or" would have the database collect and sort all that an
 * agent ever did.
 */
async function ofSides<Row>(
  filter: PartyFilter,
  keyOf: (row: Row) => Position,
  read: (side: Side) => Promise<Row[]>,
): Promise<Row[]> {
  const parts: Row[][] = []
  for (const side of sidesOf(filter)) parts.push(await read(side))
  return parts.flat().toSorted((a, b) => {
    const [[block, logIndex], [other, otherIndex]] = [keyOf(a), keyOf(b)]
    return other - block || otherIndex - logIndex
  })
}

/** Where one party is known and the agent is somebody else, it is the other party. */
function sidesOf({ buyer, seller, agent }: PartyFilter): Side[] {
  if (agent === undefined || agent === buyer || agent === seller) return [{ buyer, seller }]
  if (buyer !== undefined && seller !== undefined) return []
  if (buyer !== undefined) return [{ buyer, seller: agent }]
  if (seller !== undefined) return [{ buyer: agent, seller }]
  return [{ buyer: agent }, { seller: agent, notBuyer: agent }]
}
