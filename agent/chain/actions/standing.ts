import type { PublicClient } from 'viem'
import { meshDirectoryAbi, reputationRegistryAbi, stakeVaultAbi } from '../../../protocol/abis/index.ts'
import type { Deployment } from '../../../protocol/deployment.ts'
import type { Standing } from '../../../protocol/network-parameters.ts'
import type { Address } from '../../../protocol/types.ts'
import { bindingOf } from './identity-registry.ts'

/** Of a key that speaks for no agent, or of which nothing is known. */
export const NOBODY: Standing = {
  agentId: 0n,
  freeStake: 0n,
  score: 0n,
  feedbacks: 0,
  settledVolume: 0n,
  isBanned: false,
}

/**
 * Reads what stands behind a key: the agent that it speaks for, its owner's stake, its score, and a ban.
 *
 * @param at block to be read; by default the newest
 */
export async function standingOf(
  client: PublicClient,
  { contracts }: Deployment,
  wallet: Address,
  at: { blockNumber?: bigint } = {},
): Promise<Standing> {
  const { meshDirectory, treasury, reputationRegistry, intentEscrow } = contracts
  const { agentId, owner } = await bindingOf(client, contracts.identityRegistry, wallet, at)
  if (agentId === 0n) return NOBODY
  const [isBanned, freeStake, [score, feedbacks, settledVolume]] = await Promise.all([
    client.readContract({
      ...at,
      address: meshDirectory,
      abi: meshDirectoryAbi,
      functionName: 'isBanned',
      args: [agentId],
    }),
    client.readContract({
      ...at,
      address: treasury,
      abi: stakeVaultAbi,
      functionName: 'freeStake',
      args: [agentId, owner, intentEscrow],
    }),
    client.readContract({
      ...at,
      address: reputationRegistry,
      abi: reputationRegistryAbi,
      functionName: 'scoreOf',
      args: [agentId],
    }),
  ])
  return { agentId, freeStake, score, feedbacks: Number(feedbacks), settledVolume, isBanned }
}
