import { z } from 'zod'
import { findAgent, listAgents } from '../../store/queries/agents.ts'
import { agentSchema } from '../../views/agent.ts'
import { metaSchema } from '../../views/meta.ts'
import { nowInSeconds, readWithMeta } from '../context.ts'
import { defineList } from '../list.ts'
import { addressParameter, agentIdParameter } from '../parameters.ts'
import { ApiError } from '../problem.ts'
import { defineRoute, none } from '../route.ts'

export const agents = defineList({
  path: '/v1/agents',
  summary: 'Agents, the last registered first',
  filters: z.object({ owner: addressParameter.optional(), wallet: addressParameter.optional() }),
  item: agentSchema,
  key: z
    .string()
    .regex(/^\d{1,78}$/)
    .transform(BigInt),
  read: (tx, filters, page) => listAgents(tx, filters, nowInSeconds(), page),
})

export const agent = defineRoute({
  path: '/v1/agents/{agentId}',
  summary: 'One agent',
  params: z.object({ agentId: agentIdParameter }),
  filters: none,
  paging: none,
  response: z.object({ data: agentSchema, meta: metaSchema }),
  problems: { 404: 'No such agent' },
  async answer({ params: { agentId } }, context) {
    const { data, meta } = await readWithMeta(context, (tx) => findAgent(tx, agentId, nowInSeconds()))
    if (data !== undefined) return { data, meta }
    throw new ApiError(404, 'AGENT_UNKNOWN', 'No agent has this id.', {
      field: 'agentId',
      received: agentId,
      remedy: 'GET /v1/agents lists them.',
    })
  },
})
