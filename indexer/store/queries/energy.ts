import { sql } from 'kysely'
import type { Address, Hex } from '../../../protocol/types.ts'
import type { ClearedSlotRow } from '../../views/energy-slot.ts'
import type { Tx } from '../store.ts'
import type {
  EnergyMarketRow,
  EnergyMemberRow,
  EnergyOrderRow,
  EnergySlotRow,
  EnergySlotStatus,
} from '../tables/energy.ts'
import { type Page, type PageRequest, type Position, pageByPosition, toPage } from './page.ts'

/** Energy markets, the last created first. */
export async function listEnergyMarkets(
  tx: Tx,
  page: PageRequest<Position>,
): Promise<Page<EnergyMarketRow, Position>> {
  return pageByPosition(tx.selectFrom('energyMarkets').selectAll(), page)
}

/** Members of markets, who was heard of last coming first. */
export async function listEnergyMembers(
  tx: Tx,
  { market, account }: { market?: Hex | undefined; account?: Address | undefined },
  page: PageRequest<Position>,
): Promise<Page<EnergyMemberRow, Position>> {
  let query = tx.selectFrom('energyMembers').selectAll()
  if (market !== undefined) query = query.where('market', '=', market)
  if (account !== undefined) query = query.where('account', '=', account)
  return pageByPosition(query, page)
}

/**
 * Slots that have orders, the one that was first ordered for last coming first.
 *
 * @param now Unix seconds of the newest block
 */
export async function listEnergySlots(
  tx: Tx,
  { market, status }: { market?: Hex | undefined; status?: EnergySlotStatus | undefined },
  now: number,
  page: PageRequest<Position>,
): Promise<Page<EnergySlotRow, Position>> {
  let query = tx.selectFrom('energySlots').selectAll()
  if (market !== undefined) query = query.where('market', '=', market)
  if (status !== undefined) query = query.where('clearedAt', status === 'cleared' ? 'is not' : 'is', null)
  const time = BigInt(now)
  // A gate closes before its slot ends, which is what the index is of.
  if (status === 'open') query = query.where('gate', '>', time).where('end', '>', time)
  if (status === 'closed') query = query.where('gate', '<=', time).where('end', '>', time)
  if (status === 'lapsed') query = query.where('end', '<=', time)
  return pageByPosition(query, page)
}

export async function findEnergySlot(tx: Tx, market: Hex, slot: bigint): Promise<EnergySlotRow | undefined> {
  return tx
    .selectFrom('energySlots')
    .selectAll()
    .where('market', '=', market)
    .where('slot', '=', slot)
    .executeTakeFirst()
}

/** Where an order stands among all: the log that told of it, and its place in its slot. */
export type OrderPosition = [...Position, place: number]

/** Orders, the last accepted first. */
export async function listEnergyOrders(
  tx: Tx,
  filter: { market?: Hex | undefined; slot?: bigint | undefined; account?: Address | undefined },
  { limit, after }: PageRequest<OrderPosition>,
): Promise<Page<EnergyOrderRow, OrderPosition>> {
  let query = tx.selectFrom('energyOrders').selectAll()
  for (const column of ['market', 'slot', 'account'] as const) {
    const value = filter[column]
    if (value !== undefined) query = query.where(column, '=', value)
  }
  if (after !== undefined) {
    query = query.where(sql<boolean>`(block, "logIndex", place) < (${sql.join(after)})`)
  }
  const rows = await query
    .orderBy('block', 'desc')
    .orderBy('logIndex', 'desc')
    .orderBy('place', 'desc')
    .limit(limit + 1)
    .execute()
  return toPage(rows, limit, (row) => [row.block, row.logIndex, row.place])
}

/** What the slots of a market were cleared at, the latest slot first. @param from Unix seconds, with `until` half-open */
export async function listEnergyPrices(
  tx: Tx,
  { market, from, until }: { market: Hex; from?: bigint | undefined; until?: bigint | undefined },
  { limit, after }: PageRequest<bigint>,
): Promise<Page<ClearedSlotRow, bigint>> {
  let query = tx
    .selectFrom('energySlots')
    .select(['slot', 'start', 'end', 'price', 'traded', 'volume'])
    .where('market', '=', market)
    .where('clearedAt', 'is not', null)
  if (from !== undefined) query = query.where('start', '>=', from)
  if (until !== undefined) query = query.where('start', '<', until)
  if (after !== undefined) query = query.where('start', '<', after)
  const rows = await query
    .orderBy('start', 'desc')
    .limit(limit + 1)
    .$narrowType<ClearedSlotRow>()
    .execute()
  return toPage(rows, limit, (row) => row.start)
}
