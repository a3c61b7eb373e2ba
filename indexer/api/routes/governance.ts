import { z } from 'zod'
import { listParameters, listProposals, listVotes } from '../../store/queries/governance.ts'
import { readMeta } from '../../store/queries/meta.ts'
import { parameterKind, parameterSchema, toParameterView } from '../../views/parameter.ts'
import { proposalSchema, toProposalView, toVoteView, voteSchema } from '../../views/proposal.ts'
import { defineList } from '../list.ts'
import { positionKey } from '../pagination.ts'
import { proposalIdParameter } from '../parameters.ts'
import { none } from '../route.ts'

export const proposals = defineList({
  path: '/v1/governance/proposals',
  summary: 'Proposals of the governor, the last made first',
  filters: none,
  item: proposalSchema,
  followsChain: true,
  key: positionKey,
  async read(tx, _filters, page) {
    const { blockTime } = await readMeta(tx)
    const { rows, next } = await listProposals(tx, page)
    return { rows: rows.map((row) => toProposalView(row, blockTime)), next }
  },
})

export const votes = defineList({
  path: '/v1/governance/proposals/{proposalId}/votes',
  summary: 'Votes on a proposal, the last cast first',
  params: z.object({ proposalId: proposalIdParameter }),
  filters: none,
  item: voteSchema,
  followsChain: true,
  key: positionKey,
  async read(tx, filters, page) {
    const { rows, next } = await listVotes(tx, filters, page)
    return { rows: rows.map(toVoteView), next }
  },
})

export const parameters = defineList({
  path: '/v1/governance/parameters',
  summary: 'What the directory says and nodes obey, what changed last first',
  filters: z.object({ kind: parameterKind.optional() }),
  item: parameterSchema,
  followsChain: true,
  key: positionKey,
  async read(tx, filters, page) {
    const { rows, next } = await listParameters(tx, filters, page)
    return { rows: rows.map(toParameterView), next }
  },
})
