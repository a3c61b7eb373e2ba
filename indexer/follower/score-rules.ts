import { decodeFunctionResult, encodeFunctionData } from 'viem'
import { reputationRegistryAbi } from '../../protocol/abis/index.ts'
import type { ScoreRules } from '../../protocol/score.ts'
import type { Address } from '../../protocol/types.ts'
import { askChain } from './connect.ts'
import type { Endpoints } from './endpoints.ts'

/**
 * What a reputation registry was deployed with: its events do not tell, and it never changes.
 *
 * @throws ChainError `CHAIN_UNREACHABLE` when for ten seconds the chain does not answer, or not as a registry does
 */
export async function readScoreRules(endpoints: Endpoints, registry: Address): Promise<ScoreRules> {
  const abi = reputationRegistryAbi
  return askChain(endpoints, async (reader, patience) => {
    const read = async (functionName: 'ownerCap' | 'priorWeight') => {
      const data = await reader.call(registry, encodeFunctionData({ abi, functionName }), patience)
      return BigInt(decodeFunctionResult({ abi, functionName, data }))
    }
    return { ownerCap: await read('ownerCap'), priorWeight: await read('priorWeight') }
  })
}
