import { DEFAULT_RULES } from '../../protocol/default-parameters.ts'
import { ConfigError } from '../../protocol/errors.ts'
import { type NetworkParameters, type ProtocolId, protocolKey } from '../../protocol/network-parameters.ts'
import { NOBODY } from './actions/standing.ts'
import type { Directory } from './directory.ts'
import type { Standings } from './standings.ts'

/**
 * What a directory would say at genesis, for an agent that has no chain to ask.
 *
 * @param protocols all that the agent speaks, each of them current
 */
export function defaultDirectory(
  protocols: readonly ProtocolId[],
): Pick<Directory, 'start' | 'stop' | 'parameters' | 'latelyAllowedBytes' | 'follow'> {
  const { spamRules: spam, admission, quota } = DEFAULT_RULES
  const parameters: NetworkParameters = {
    spam,
    admissions: { '': admission },
    quotas: { '': quota },
    protocols: Object.fromEntries(
      protocols.map((id) => [protocolKey(id), { status: 'current', sunset: 0n, current: id.version }]),
    ),
    escrow: 'none',
  }
  return {
    parameters,
    latelyAllowedBytes: spam.maxMessageBytes,
    start: async () => {},
    stop() {},
    follow() {},
  }
}

/** What stands behind keys, for an agent that has no chain to ask: nothing that it knows of. */
export const unknownStandings: Pick<Standings, 'stop' | 'known' | 'justRead' | 'of' | 'recent' | 'fresh'> = {
  known: () => undefined,
  justRead: () => undefined,
  of: async () => NOBODY,
  recent: async () => NOBODY,
  fresh: async () => NOBODY,
  stop() {},
}

/** Thrown where a chain is needed that an agent does not have. @param why what it is needed for */
export function chainRequired(why: string): ConfigError {
  return new ConfigError('CHAIN_REQUIRED', why, {
    field: 'rpcUrl',
    expected: 'the URL of a node of the chain that the contracts are on',
    received: 'none',
    remedy: 'Give `rpcUrl`, and the descriptor of the network where bootstrap peers do not know it.',
  })
}
