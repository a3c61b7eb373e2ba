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
 * The service that a record tells of.
 *
 * @param capability which of them; may be left out when there is one
 * @throws RefusedError `CAPABILITY_UNCLEAR` when the record does not have it, or has several
 */
export function serviceAt({ value, peerId }: ReceivedCapability, capability?: string): ServiceAt {
  const names = value.capabilities.map(({ name }) => name)
  const chosen = capability ?? (names.length === 1 ? names[0] : undefined)
  if (chosen === undefined || !names.includes(chosen)) {
    throw new RefusedError('CAPABILITY_UNCLEAR', 'It is not clear which service is asked.', {
      field: 'options.capability',
      expected: names.join(', ') || 'an agent that has capabilities',
      received: capability,
    })
  }
  return { agent: value.agent, peer: peerId, endpoints: value.endpoints, capability: chosen }
}
