import { AgentCard } from '@a2a-js/sdk'
import { z } from 'zod'
import type { AgentView } from '../../views/agent.ts'
import { agentIdParameter } from '../parameters.ts'
import { defineRoute, none } from '../route.ts'
import { agent } from '../routes/agents.ts'
import { agentCard, marketCard } from './card.ts'

const WELL_KNOWN = '.well-known/agent-card.json'
const response = z
  .record(z.string(), z.unknown())
  .meta({ id: 'AgentCard', description: 'As the Agent2Agent protocol 1.0 has it' })

/** The card of the market itself (Agent2Agent). */
export const marketCardRoute = defineRoute({
  path: `/${WELL_KNOWN}`,
  summary: 'The market as an agent of the Agent2Agent protocol',
  params: none,
  filters: none,
  paging: none,
  response,
  answer: async (_input, { url }) => AgentCard.toJSON(marketCard(url)) as Record<string, unknown>,
})

/** The card of an agent (Agent2Agent). */
export const agentCardRoute = defineRoute({
  path: `/v1/agents/{agentId}/${WELL_KNOWN}`,
  summary: 'An agent as the Agent2Agent protocol has it',
  params: z.object({ agentId: agentIdParameter }),
  filters: none,
  paging: none,
  response,
  problems: { 404: 'No such agent' },
  async answer({ params }, context, asker) {
    const { data } = (await agent.answer({ agentId: String(params.agentId) }, context, asker)) as {
      data: AgentView
    }
    return AgentCard.toJSON(agentCard(context.url, data)) as Record<string, unknown>
  },
})
