import { encodeFunctionData, type PublicClient } from 'viem'
import { stakeVaultAbi } from '../../../protocol/abis/index.ts'
import type { Address } from '../../../protocol/types.ts'
import type { Call } from '../wallet.ts'

/** Stakes tokens, which the vault was approved for, on an agent that the sender owns. */
export function stake(vault: Address, agentId: bigint, amount: bigint): Call {
  const args = [agentId, amount] as const
  return { to: vault, data: encodeFunctionData({ abi: stakeVaultAbi, functionName: 'stake', args }) }
}

/** Lets a module lock the sender's stake, or forbids it new locks. */
export function approveModule(vault: Address, module: Address, approved: boolean): Call {
  const args = [module, approved] as const
  return { to: vault, data: encodeFunctionData({ abi: stakeVaultAbi, functionName: 'approveModule', args }) }
}

/** Reads the stake of an agent that is neither locked nor on its way out, in minor units. */
export function freeStake(client: PublicClient, vault: Address, agentId: bigint): Promise<bigint> {
  return client.readContract({
    address: vault,
    abi: stakeVaultAbi,
    functionName: 'freeStake',
    args: [agentId],
  })
}
