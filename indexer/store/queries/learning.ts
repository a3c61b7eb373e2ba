import { sql } from 'kysely'
import type { Address, Hex } from '../../../protocol/types.ts'
import type { ModelRow } from '../../views/round.ts'
import type { Tx } from '../store.ts'
import type { RoundRow, UpdateRow } from '../tables/learning.ts'
import {
  type Page,
  type PageRequest,
  type Position,
  pageByNumber,
  pageByPosition,
  unestimated,
} from './page.ts'

/** Rounds, the last opened first. */
export async function listRounds(
  tx: Tx,
  { requester }: { requester?: Address | undefined },
  page: PageRequest<Position>,
): Promise<Page<RoundRow, Position>> {
  let query = tx.selectFrom('rounds').selectAll()
  if (requester !== undefined) query = query.where('requester', '=', requester)
  return pageByPosition(query, page)
}

export async function findRound(tx: Tx, id: Hex): Promise<RoundRow | undefined> {
  return tx.selectFrom('rounds').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Updates of a round, the last committed first. */
export async function listUpdates(
  tx: Tx,
  id: Hex,
  page: PageRequest<number>,
): Promise<Page<UpdateRow, number>> {
  const query = tx.selectFrom('updates').selectAll().where('id', '=', id)
  return pageByNumber(query, 'place', page)
}

/** Results that stood, that of the round that was opened last coming first. */
export async function listModels(
  tx: Tx,
  { baseModel }: { baseModel?: Hex | undefined },
  page: PageRequest<Position>,
): Promise<Page<ModelRow, Position>> {
  let query = tx
    .selectFrom('rounds')
    .innerJoin('results', (join) =>
      join
        .onRef('results.id', '=', 'rounds.id')
        .on(unestimated(sql`results."resultRoot" = rounds."resultRoot"`)),
    )
    .select(['rounds.id', 'block', 'logIndex', 'baseModel', 'requester', 'rule', 'dimension', 'updates'])
    .select(['settledAt', 'settledTx', 'contentId', 'agentId', 'results.resultRoot'])
    .where('rounds.resultRoot', 'is not', null)
    .$narrowType<ModelRow>()
  if (baseModel !== undefined) query = query.where('baseModel', '=', baseModel)
  return pageByPosition(query, page)
}
