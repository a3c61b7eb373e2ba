import { A2A_PROTOCOL_VERSION, type AgentCard, type AgentSkill } from '@a2a-js/sdk'
import { registrationOf } from '../../handlers/registration-text.ts'
import { wordsOf } from '../../store/text.ts'
import type { AgentView } from '../../views/agent.ts'

const MODES = ['application/json', 'text/plain']
/** Most characters of a name and of a description, which are strangers'. */
const MAX_NAME = 100
const MAX_DESCRIPTION = 1_000
/** Most skills of a card, and most words about one. */
const MAX_SKILLS = 64
const MAX_TAGS = 16

const HOW =
  'Send {"intent": {...}} as a data part to be told what to sign. Nobody but you signs: no key is ever asked for.'

/** Where tasks are given to the market itself, and to an agent. */
export const MARKET_PATH = '/a2a'
export const agentPath = (agentId: string) => `/v1/agents/${agentId}/a2a`

/** The card of the market itself, of whose agents any may answer. */
export function marketCard(url: string): AgentCard {
  const skill = skillOf('buy', 'Buy from any agent', ['buy', 'market'], `Asks the whole market. ${HOW}`)
  return cardOf(url, MARKET_PATH, 'MESH market', 'An open market of autonomous agents.', [skill])
}

/** The card of an agent, by what the index knows of it. */
export function agentCard(url: string, { agentId, uri, capability }: AgentView): AgentCard {
  const { name, description } = registrationOf(uri ?? '')
  const skills = (capability?.capabilities ?? []).slice(0, MAX_SKILLS).map(({ name, attributes }) => {
    const said = attributes.map((each) => each.name).join(', ')
    const tags = [...new Set([name, ...wordsOf(name)])].slice(0, MAX_TAGS)
    return skillOf(
      name,
      name,
      tags,
      `${name}${said === '' ? '' : ` (${said})`}. ${HOW}`.slice(0, MAX_DESCRIPTION),
    )
  })
  return cardOf(
    url,
    agentPath(agentId),
    name.slice(0, MAX_NAME) || `Agent ${agentId}`,
    description.slice(0, MAX_DESCRIPTION) || `Agent ${agentId} of a MESH market.`,
    skills,
  )
}

function skillOf(id: string, name: string, tags: string[], description: string): AgentSkill {
  return {
    ...{ id, name, tags, description, inputModes: MODES, outputModes: MODES },
    ...{ examples: [], securityRequirements: [] },
  }
}

function cardOf(
  url: string,
  path: string,
  name: string,
  description: string,
  skills: AgentSkill[],
): AgentCard {
  return {
    ...{ name, description, skills, version: '1.0.0', provider: undefined },
    supportedInterfaces: [
      { url: url + path, protocolBinding: 'JSONRPC', protocolVersion: A2A_PROTOCOL_VERSION, tenant: '' },
    ],
    capabilities: { streaming: false, pushNotifications: false, extensions: [] },
    ...{ defaultInputModes: MODES, defaultOutputModes: MODES },
    ...{ securitySchemes: {}, securityRequirements: [], signatures: [] },
  }
}
