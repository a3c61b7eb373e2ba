import { getAddress } from 'viem'
import { z } from 'zod'
import { findAgent, listAgents } from '../../store/queries/agents.ts'
import { listFeedback, listValidations } from '../../store/queries/reputation.ts'
import { agentSchema } from '../../views/agent.ts'
import { feedbackSchema, toFeedbackView } from '../../views/feedback.ts'
import { metaSchema } from '../../views/meta.ts'
import { toValidationView, validationSchema } from '../../views/validation.ts'
import { nowInSeconds, readWithMeta } from '../context.ts'
import { defineList } from '../list.ts'
import { positionKey } from '../pagination.ts'
import {
  addressParameter,
  agentIdParameter,
  areaParameter,
  capabilityParameter,
  queryParameter,
  reputationParameter,
  wordsParameter,
} from '../parameters.ts'
import { ApiError } from '../problem.ts'
import { defineRoute, none } from '../route.ts'

export const agents = defineList({
  path: '/v1/agents',
  summary: 'Agents, the last registered first',
  filters: z.object({
    owner: addressParameter.optional(),
    wallet: addressParameter.optional(),
    capability: capabilityParameter.optional(),
    area: areaParameter.optional().meta({ description: 'H3 cell that its area is, or lies in' }),
    minReputation: reputationParameter.optional(),
    text: wordsParameter.optional(),
    query: queryParameter.optional(),
  }),
  item: agentSchema,
  key: z
    .string()
    .regex(/^\d{1,78}$/)
    .transform(BigInt),
  read: (tx, filters, page, { network }) =>
    listAgents(tx, filters, getAddress(network.deployment.contracts.intentEscrow), nowInSeconds(), page),
})

const agentParameters = z.object({ agentId: agentIdParameter })

export const agent = defineRoute({
  path: '/v1/agents/{agentId}',
  summary: 'One agent',
  params: agentParameters,
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

export const feedback = defineList({
  path: '/v1/agents/{agentId}/feedback',
  summary: 'What clients left about an agent, the last first',
  params: agentParameters,
  filters: z.object({
    client: addressParameter.optional(),
    settled: z
      .enum(['true', 'false'])
      .transform((text) => text === 'true')
      .optional()
      .meta({ description: 'Whether an agreement stands behind it' }),
  }),
  item: feedbackSchema,
  followsChain: true,
  key: positionKey,
  async read(tx, filters, page) {
    const { rows, next } = await listFeedback(tx, filters, page)
    return { rows: rows.map(toFeedbackView), next }
  },
})

export const validations = defineList({
  path: '/v1/agents/{agentId}/validations',
  summary: 'What validators were asked about an agent and what they answered, the last first',
  params: agentParameters,
  filters: none,
  item: validationSchema,
  followsChain: true,
  key: positionKey,
  async read(tx, filters, page) {
    const { rows, next } = await listValidations(tx, filters, page)
    return { rows: rows.map(toValidationView), next }
  },
})
