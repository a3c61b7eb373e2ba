import { sql } from 'kysely'
import type { Address } from '../../../protocol/types.ts'
import type { RideRow } from '../../views/ride.ts'
import type { Tx } from '../store.ts'
import type { AgreementStatus } from '../tables.ts'
import { type Page, type PageRequest, type Position, toPage } from './page.ts'

/** By what rides are looked up. */
export interface RideFilter {
  rider?: Address | undefined
  driver?: Address | undefined
  status?: AgreementStatus | undefined
  /** H3 cell that the pick-up's is, or lies in. */
  area?: string | undefined
}

/**
 * Agreements about rides whose requests were heard, the one that was first seen last coming first.
 *
 * Of a status that few rides are in, all agreements are gone through: in the index alone, and no row is read but those of the page.
 */
export async function listRides(
  tx: Tx,
  { rider, driver, status, area }: RideFilter,
  { limit, after }: PageRequest<Position>,
): Promise<Page<RideRow, Position>> {
  let found = tx
    .selectFrom('agreements')
    .innerJoin('rideRequests', 'rideRequests.hash', 'agreements.intentHash')
    .select(['block', 'logIndex'])
    .orderBy('block', 'desc')
    .orderBy('logIndex', 'desc')
    .limit(limit + 1)
  if (rider !== undefined) found = found.where('buyer', '=', rider)
  if (driver !== undefined) found = found.where('seller', '=', driver)
  if (status !== undefined) found = found.where('status', '=', status)
  if (area !== undefined) found = found.where(sql<boolean>`"rideRequests".cells @> ${[area]}::text[]`)
  if (after !== undefined) found = found.where(sql<boolean>`(block, "logIndex") < (${sql.join(after)})`)
  const rows = await tx
    .selectFrom(found.as('found'))
    .innerJoin('agreements', (join) =>
      join.onRef('agreements.block', '=', 'found.block').onRef('agreements.logIndex', '=', 'found.logIndex'),
    )
    .innerJoin('rideRequests', 'rideRequests.hash', 'agreements.intentHash')
    .select([
      'id',
      'status',
      'buyer',
      'seller',
      'token',
      'found.block',
      'found.logIndex',
      'openedAt',
      'endedAt',
    ])
    .select(['quantity', 'price', 'lot', 'received', 'fee', 'traded', 'hash'])
    .select(['pickup', 'dropoff', 'seats', 'earliest', 'wait', 'detour', 'metres', 'seconds'])
    .orderBy('found.block', 'desc')
    .orderBy('found.logIndex', 'desc')
    .execute()
  return toPage(rows, limit, (row) => [row.block, row.logIndex])
}
