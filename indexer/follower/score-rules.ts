import { decodeFunctionResult, encodeFunctionData } from 'viem'
import { reputationRegistryAbi } from '../../protocol/abis/index.ts'
import { ChainError } from '../../protocol/errors.ts'
import type { ScoreRules } from '../../protocol/score.ts'
import type { Address } from '../../protocol/types.ts'
import type { ChainReader } from './chain-reader.ts'

/** Time for the chain to answer, in milliseconds. */
const PATIENCE = 10_000

/**
 * What a reputation registry was deployed with: its events do not tell, and it never changes.
 *
 * @throws ChainError `CHAIN_UNREACHABLE` when the chain does not answer, or not as a registry does
 */
export async function readScoreRules(
  reader: Pick<ChainReader, 'call'>,
  registry: Address,
): Promise<ScoreRules> {
  const abi = reputationRegistryAbi
  const signal = AbortSignal.timeout(PATIENCE)
  const read = async (functionName: 'ownerCap' | 'priorWeight') => {
    const data = await reader.call(registry, encodeFunctionData({ abi, functionName }), signal)
    return BigInt(decodeFunctionResult({ abi, functionName, data }))
  }
  try {
    return { ownerCap: await read('ownerCap'), priorWeight: await read('priorWeight') }
  } catch (cause) {
    throw new ChainError('CHAIN_UNREACHABLE', 'The chain does not say how scores are made.', {
      field: 'deployment.contracts.reputationRegistry',
      expected: `an answer within ${PATIENCE} ms`,
      remedy: 'Start the chain, or correct the deployment.',
      cause,
    })
  }
}
