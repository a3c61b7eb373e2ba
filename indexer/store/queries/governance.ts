import type { Tx } from '../store.ts'
import type { ParameterKind, ParameterRow, ProposalRow, VoteRow } from '../tables/governance.ts'
import { type Page, type PageRequest, type Position, pageByPosition } from './page.ts'

/** Proposals, the last made first. */
export async function listProposals(
  tx: Tx,
  page: PageRequest<Position>,
): Promise<Page<ProposalRow, Position>> {
  return pageByPosition(tx.selectFrom('proposals').selectAll(), page)
}

/** Votes on a proposal, the last cast first. */
export async function listVotes(
  tx: Tx,
  { proposalId }: { proposalId: bigint },
  page: PageRequest<Position>,
): Promise<Page<VoteRow, Position>> {
  return pageByPosition(tx.selectFrom('votes').selectAll().where('proposalId', '=', proposalId), page)
}

/** What the directory says, what changed last coming first. */
export async function listParameters(
  tx: Tx,
  { kind }: { kind?: ParameterKind | undefined },
  page: PageRequest<Position>,
): Promise<Page<ParameterRow, Position>> {
  let query = tx.selectFrom('parameters').selectAll()
  if (kind !== undefined) query = query.where('kind', '=', kind)
  return pageByPosition(query, page)
}
