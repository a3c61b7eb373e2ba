import type { PeerId } from '@libp2p/interface'
import { RefusedError } from '../../../protocol/errors.ts'
import type { Address } from '../../../protocol/types.ts'
import type { ReceivedCapability } from '../agent-discovery/index.ts'

/** Where a service is. */
export interface ServiceAt {
  agent: Address
  peer: PeerId
  /** Multiaddrs without peer id. */
  endpoints: readonly string[]
  capability: string
}

/**
 * The service of an agent that was found.
 *
 * @param capability which of them; may be left out when there is one
 * @throws RefusedError `AGENT_MISSING` when none was, or `CAPABILITY_UNCLEAR` when it does not have that, or has several
 */
export function serviceAt(agent: { record: ReceivedCapability } | undefined, capability?: string): ServiceAt {
  if (agent?.record === undefined) {
    throw new RefusedError('AGENT_MISSING', 'There is no agent to ask.', {
      field: 'agent',
      expected: 'one that `discoverAgents` found',
      received: agent,
      remedy: 'Search again in a moment when nobody was found: agents hear of one another within seconds.',
    })
  }
  const { value, peerId } = agent.record
  const names = value.capabilities.map(({ name }) => name)
  const chosen = capability ?? (names.length === 1 ? names[0] : undefined)
  if (chosen === undefined || !names.includes(chosen)) {
    throw new RefusedError('CAPABILITY_UNCLEAR', 'It is not clear which service is asked.', {
      field: 'options.capability',
      expected: names.join(', ') || 'an agent that has capabilities',
      received: capability,
      remedy: 'Name one of them in `options.capability`.',
    })
  }
  return { agent: value.agent, peer: peerId, endpoints: value.endpoints, capability: chosen }
}
