import { ConfigError } from '../../protocol/errors.ts'
import type { Address } from '../../protocol/types.ts'

/** The error of a key that speaks for no agent, where it has to. */
export function notRegistered(key: Address): ConfigError {
  return new ConfigError('NOT_REGISTERED', 'This key speaks for no agent on chain.', {
    field: 'address',
    expected: 'a key that is bound to an agent',
    received: key,
    remedy: 'Register it: `network.enroll({ agentURI, stake, balance })`.',
  })
}
