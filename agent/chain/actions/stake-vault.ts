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

/** Announces a withdrawal of stake; `withdraw` works after the vault's delay. */
export function requestWithdrawal(vault: Address, agentId: bigint, amount: bigint): Call {
  const args = [agentId, amount] as const
  return {
    to: vault,
    data: encodeFunctionData({ abi: stakeVaultAbi, functionName: 'requestWithdrawal', args }),
  }
}

/** Takes out the stake that was announced, as far as no open agreement holds it. */
export function withdraw(vault: Address, agentId: bigint, to: Address): Call {
  const args = [agentId, to] as const
  return { to: vault, data: encodeFunctionData({ abi: stakeVaultAbi, functionName: 'withdraw', args }) }
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
