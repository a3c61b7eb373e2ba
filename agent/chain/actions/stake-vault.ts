import type { PublicClient } from 'viem'
import { stakeVaultAbi } from '../../../protocol/abis/index.ts'
import type { Address } from '../../../protocol/types.ts'
import { type Call, callTo } from '../call.ts'

/** Stakes tokens, which the vault was approved for, on an agent that the sender owns, for a module to lock. */
export function stake(vault: Address, agentId: bigint, module: Address, amount: bigint): Call {
  return callTo(vault, { abi: stakeVaultAbi, functionName: 'stake', args: [agentId, module, amount] })
}

/** Announces a withdrawal of stake; `withdraw` works after the vault's delay. */
export function requestUnstake(vault: Address, agentId: bigint, module: Address, amount: bigint): Call {
  return callTo(vault, {
    abi: stakeVaultAbi,
    functionName: 'requestUnstake',
    args: [agentId, module, amount],
  })
}

/** Takes out the stake that was announced, as far as no open agreement holds it. */
export function unstake(vault: Address, agentId: bigint, module: Address, to: Address): Call {
  return callTo(vault, { abi: stakeVaultAbi, functionName: 'unstake', args: [agentId, module, to] })
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
