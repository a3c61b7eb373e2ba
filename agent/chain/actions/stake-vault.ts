import { encodeFunctionData, type PublicClient } from 'viem'
import { stakeVaultAbi } from '../../../protocol/abis/index.ts'
import type { Address } from '../../../protocol/types.ts'
import type { Call } from '../wallet.ts'

/** Stakes tokens, which the vault was approved for, on an agent that the sender owns, for a module to lock. */
export function stake(vault: Address, agentId: bigint, module: Address, amount: bigint): Call {
  const args = [agentId, module, amount] as const
  return { to: vault, data: encodeFunctionData({ abi: stakeVaultAbi, functionName: 'stake', args }) }
}

/** Announces a withdrawal of stake; `withdraw` works after the vault's delay. */
export function requestUnstake(vault: Address, agentId: bigint, module: Address, amount: bigint): Call {
  const args = [agentId, module, amount] as const
  return {
    to: vault,
    data: encodeFunctionData({ abi: stakeVaultAbi, functionName: 'requestUnstake', args }),
  }
}

/** Takes out the stake that was announced, as far as no open agreement holds it. */
export function unstake(vault: Address, agentId: bigint, module: Address, to: Address): Call {
  const args = [agentId, module, to] as const
  return { to: vault, data: encodeFunctionData({ abi: stakeVaultAbi, functionName: 'unstake', args }) }
}

/** Reads the stake that a module could lock now, in minor units. */
export function freeStake(
  client: PublicClient,
  vault: Address,
  position: { agentId: bigint; depositor: Address; module: Address },
): Promise<bigint> {
  return client.readContract({
    address: vault,
    abi: stakeVaultAbi,
    functionName: 'freeStake',
    args: [position.agentId, position.depositor, position.module],
  })
}
