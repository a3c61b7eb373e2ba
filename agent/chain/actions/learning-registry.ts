import type { ContractFunctionArgs, PublicClient } from 'viem'
import { learningRegistryAbi } from '../../../protocol/abis/index.ts'
import { LEARNING_RULES, type LearningTask } from '../../../protocol/learning.ts'
import type { Address, Hex } from '../../../protocol/types.ts'
import { type Call, callTo } from '../call.ts'

type Write = 'openTask' | 'cancelTask' | 'settle' | 'claimResult'
type Challenge = ContractFunctionArgs<typeof learningRegistryAbi, 'nonpayable', 'challengeResult'>[1]

/** The proof that a proposed aggregate is wrong at one coordinate; see `LearningTypes.sol`. */
export type ChunkChallenge = Challenge

/** Opens a task, cancels it before anybody has committed, settles its round, or credits the aggregation fee. */
export function onTask(registry: Address, functionName: Write, task: LearningTask): Call {
  return callTo(registry, { abi: learningRegistryAbi, functionName, args: [taskOnChain(task)] })
}

/** Commits to an update, with stake. @param commitment see `hashUpdateCommitment` */
export function commitUpdate(registry: Address, task: LearningTask, commitment: Hex): Call {
  const args = [taskOnChain(task), commitment] as const
  return callTo(registry, { abi: learningRegistryAbi, functionName: 'commitUpdate', args })
}

/** Opens a commitment; anybody who knows the salt may send it. @param index the participant's place */
export function revealUpdate(
  registry: Address,
  task: LearningTask,
  index: number,
  opening: { updateRoot: Hex; contentId: Hex; salt: Hex },
): Call {
  const { updateRoot, contentId, salt } = opening
  const args = [taskOnChain(task), BigInt(index), updateRoot, contentId, salt] as const
  return callTo(registry, { abi: learningRegistryAbi, functionName: 'revealUpdate', args })
}

/** Takes the stake of a participant that has not revealed in time, or credits one its share of a round that is over. */
export function onParticipant(
  registry: Address,
  functionName: 'slashParticipant' | 'claim',
  task: LearningTask,
  index: number,
): Call {
  const args = [taskOnChain(task), BigInt(index)] as const
  return callTo(registry, { abi: learningRegistryAbi, functionName, args })
}

/** Proposes an aggregate, with stake. */
export function proposeResult(
  registry: Address,
  task: LearningTask,
  result: { root: Hex; contentId: Hex },
): Call {
  const args = [taskOnChain(task), result.root, result.contentId] as const
  return callTo(registry, { abi: learningRegistryAbi, functionName: 'proposeResult', args })
}

/** Proves a proposed aggregate wrong; half of its proposer's stake goes to the sender. */
export function challengeResult(registry: Address, task: LearningTask, challenge: ChunkChallenge): Call {
  const args = [taskOnChain(task), challenge] as const
  return callTo(registry, { abi: learningRegistryAbi, functionName: 'challengeResult', args })
}

/** Releases the stake of a proposal when the round is over. */
export function closeProposal(registry: Address, task: LearningTask, root: Hex): Call {
  const args = [taskOnChain(task), root] as const
  return callTo(registry, { abi: learningRegistryAbi, functionName: 'closeProposal', args })
}

/** Credits a seat's part of the evaluation fee of a round that is over. */
export function claimSeat(registry: Address, task: LearningTask, seat: number): Call {
  const args = [taskOnChain(task), BigInt(seat)] as const
  return callTo(registry, { abi: learningRegistryAbi, functionName: 'claimSeat', args })
}

/** Where the evaluators' contract is. */
export function panelAddressOf(client: PublicClient, registry: Address): Promise<Address> {
  return client.readContract({ address: registry, abi: learningRegistryAbi, functionName: 'panel' })
}

/** How a round stands, in the contract's order. */
const ROUND_STATUSES = ['none', 'open', 'cancelled', 'settled'] as const
export type RoundStatus = (typeof ROUND_STATUSES)[number]

/**
 * Reads how a round stands, and which seats earned the evaluation fee of a settled one: bit i for seat i.
 *
 * @param blockNumber after which; the newest without
 */
export async function roundOf(
  client: PublicClient,
  registry: Address,
  id: Hex,
  blockNumber?: bigint,
): Promise<{ status: RoundStatus; paidSeats: number }> {
  const at = { address: registry, abi: learningRegistryAbi, ...when(blockNumber) } as const
  const { status, paidSeats } = await client.readContract({ ...at, functionName: 'roundOf', args: [id] })
  return { status: ROUND_STATUSES[status] ?? 'none', paidSeats }
}

/**
 * Reads what a participant is credited of a settled round, in minor units, whether it was already or not.
 *
 * @param blockNumber after which; the newest without
 */
export function shareOf(
  client: PublicClient,
  registry: Address,
  id: Hex,
  index: number,
  blockNumber?: bigint,
): Promise<bigint> {
  const at = { address: registry, abi: learningRegistryAbi, ...when(blockNumber) } as const
  return client.readContract({ ...at, functionName: 'shareOf', args: [id, BigInt(index)] })
}

/** At a block; a node that does not have it fails. */
export function when(blockNumber: bigint | undefined): { blockNumber?: bigint } {
  return blockNumber === undefined ? {} : { blockNumber }
}

/** A task as the contracts take it. */
export function taskOnChain(task: LearningTask) {
  return { ...task, rule: LEARNING_RULES.indexOf(task.rule) }
}
