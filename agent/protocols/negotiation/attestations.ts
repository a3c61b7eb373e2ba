import { RefusedError } from '../../../protocol/errors.ts'
import { validationsOf } from '../../chain/actions/validation-registry.ts'
import type { Bindings } from '../../chain/bindings.ts'
import type { ChainClient } from '../../chain/client.ts'
import { checkAttested, requirementsOf } from '../../policy/attestation.ts'
import type { Negotiated } from './offers.ts'

/** Most validations of an agent that are looked at, the newest. */
const MAX_VALIDATIONS = 32

/**
 * Checks that validators said of who answers an intent what its maker requires. The chain is asked only where something is.
 *
 * @throws RefusedError `REQUIREMENT_INVALID`, or `NOT_ATTESTED`; ChainError when the chain does not answer
 */
export async function checkOfferer(
  { chain, bindings }: { chain: ChainClient; bindings: Bindings },
  { intent, offerer }: Pick<Negotiated, 'intent' | 'offerer'>,
): Promise<void> {
  const requirements = requirementsOf(intent.value.attributes)
  if (requirements.length === 0) return
  const registry = chain.deployment.contracts.validationRegistry
  if (registry === undefined) {
    throw new RefusedError('NOT_ATTESTED', 'Nothing can be attested in this deployment.', {
      field: 'deployment.contracts.validationRegistry',
      expected: 'an address',
      received: registry,
      remedy: 'Require nothing, or deploy a ValidationRegistry.',
    })
  }
  const { agentId } = await bindings.of(offerer)
  const attestations =
    agentId === 0n ? [] : await validationsOf(chain.client, registry, agentId, MAX_VALIDATIONS)
  checkAttested(agentId, attestations, requirements)
}
