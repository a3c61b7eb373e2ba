import type { Address, Hex } from '../../../protocol/types.ts'
import type { Tx } from '../store.ts'
import type { DisputeRow, DisputeStatus, EvidenceRow } from '../tables/disputes.ts'
import { type Page, type PageRequest, type Position, pageByNumber, pageByPosition } from './page.ts'

/** By what disputes are looked up. */
export interface DisputeFilter {
  status?: DisputeStatus | undefined
  plaintiff?: Address | undefined
  defendant?: Address | undefined
}

/** Disputes, the last begun first. */
export async function listDisputes(
  tx: Tx,
  filter: DisputeFilter,
  page: PageRequest<Position>,
): Promise<Page<DisputeRow, Position>> {
  let query = tx.selectFrom('disputes').selectAll()
  for (const column of ['status', 'plaintiff', 'defendant'] as const) {
    const value = filter[column]
    if (value !== undefined) query = query.where(column, '=', value)
  }
  return pageByPosition(query, page)
}

export async function findDispute(tx: Tx, arbitrable: Address, id: Hex): Promise<DisputeRow | undefined> {
  return tx
    .selectFrom('disputes')
    .selectAll()
    .where('arbitrable', '=', arbitrable)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Evidence of a dispute, the last first. */
export async function listEvidence(
  tx: Tx,
  { arbitrable, id }: { arbitrable: Address; id: Hex },
  page: PageRequest<number>,
): Promise<Page<EvidenceRow, number>> {
  const query = tx
    .selectFrom('evidence')
    .selectAll()
    .where('arbitrable', '=', arbitrable)
    .where('id', '=', id)
  return pageByNumber(query, 'number', page)
}
