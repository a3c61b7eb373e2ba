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
  let query = rides(tx).select(['block', 'logIndex'])
  if (rider !== undefined) query = query.where('buyer', '=', rider)
  if (driver !== undefined) query = query.where('seller', '=', driver)
  if (status !== undefined) query = query.where('status', '=', status)
  if (area !== undefined) query = query.where(sql<boolean>`"rideRequests".cells @> ${[area]}::text[]`)
  // Where few of the agreements of a status are rides, all of them are gone through: in the index, rows being read in the end.
  const { rows: places, next } = await pageByPosition(query, page)
  if (places.length === 0) return { rows: [], next }
  const rows = await rides(tx)
    .select(['id', 'status', 'buyer', 'seller', 'token', 'block', 'logIndex', 'openedAt', 'endedAt'])
    .select(['quantity', 'price', 'lot', 'received', 'fee', 'traded', 'hash'])
    .select(['pickup', 'dropoff', 'seats', 'earliest', 'wait', 'detour', 'metres', 'seconds'])
    .where(({ eb, refTuple, tuple }) =>
      eb(
        refTuple('block', 'logIndex'),
        'in',
        places.map(({ block, logIndex }) => tuple(block, logIndex)),
      ),
    )
    .orderBy('block', 'desc')
    .orderBy('logIndex', 'desc')
    .execute()
  return { rows, next }
}

function rides(tx: Tx) {
  return tx.selectFrom('agreements').innerJoin('rideRequests', 'rideRequests.hash', 'agreements.intentHash')
}
