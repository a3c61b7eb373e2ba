import { sql } from 'kysely'
import type { Address } from '../../../protocol/types.ts'
import type { RideRow } from '../../views/ride.ts'
import type { Tx } from '../store.ts'
import type { AgreementStatus } from '../tables.ts'
import { type Page, type PageRequest, type Position, pageByPosition } from './page.ts'

/** By what rides are looked up. */
export interface RideFilter {
  rider?: Address | undefined
  driver?: Address | undefined
  status?: AgreementStatus | undefined
  /** H3 cell that the pick-up's is, or lies in. */
  area?: string | undefined
}

/** Agreements about rides whose requests were heard, the one that was first seen last coming first. */
export async function listRides(
  tx: Tx,
  { rider, driver, status, area }: RideFilter,
  page: PageRequest<Position>,
): Promise<Page<RideRow, Position>> {
  let query = tx
    .selectFrom('agreements')
    .innerJoin('rideRequests', 'rideRequests.hash', 'agreements.intentHash')
    .select(['id', 'status', 'buyer', 'seller', 'token', 'block', 'logIndex', 'openedAt', 'endedAt'])
    .select(['quantity', 'price', 'lot', 'received', 'fee', 'traded', 'hash'])
    .select(['pickup', 'dropoff', 'seats', 'earliest', 'wait', 'detour', 'metres', 'seconds'])
  if (rider !== undefined) query = query.where('buyer', '=', rider)
  if (driver !== undefined) query = query.where('seller', '=', driver)
  if (status !== undefined) query = query.where('status', '=', status)
  if (area !== undefined) query = query.where(sql<boolean>`"rideRequests".cells @> ${[area]}::text[]`)
  return pageByPosition(query, page)
}
