import type { Address } from '../../../protocol/types.ts'
import type { Tx } from '../store.ts'
import type { FeedbackRow, ValidationRow } from '../tables/reputation.ts'
import { type Page, type PageRequest, type Position, pageByPosition } from './page.ts'

/** Feedback about an agent, the last given first. */
export async function listFeedback(
  tx: Tx,
  filter: { agentId: bigint; client?: Address | undefined; settled?: boolean | undefined },
  page: PageRequest<Position>,
): Promise<Page<FeedbackRow, Position>> {
  let query = tx.selectFrom('feedback').selectAll().where('agentId', '=', filter.agentId)
  if (filter.client !== undefined) query = query.where('client', '=', filter.client)
  if (filter.settled !== undefined) query = query.where('agreement', filter.settled ? 'is not' : 'is', null)
  return pageByPosition(query, page)
}

/** What validators were asked about an agent, the last first. */
export async function listValidations(
  tx: Tx,
  { agentId }: { agentId: bigint },
  page: PageRequest<Position>,
): Promise<Page<ValidationRow, Position>> {
  return pageByPosition(tx.selectFrom('validations').selectAll().where('agentId', '=', agentId), page)
}
