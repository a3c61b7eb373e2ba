import { encodeAbiParameters, keccak256, type PublicClient, zeroHash } from 'viem'
import { learningPanelAbi } from '../../../protocol/abis/index.ts'
import type { LearningTask } from '../../../protocol/learning.ts'
import type { Address, Hex } from '../../../protocol/types.ts'
import { type Call, callTo } from '../call.ts'
import { taskOnChain, when } from './learning-registry.ts'

/** Offers to evaluate, with stake; or draws the panel, which takes two calls, a block apart. */
export function onPanel(panel: Address, functionName: 'enlist' | 'drawPanel', task: LearningTask): Call {
  return callTo(panel, { abi: learningPanelAbi, functionName, args: [taskOnChain(task)] })
}

/** Gives a lot without a seat its stake back, or a seat when the round is over. @param index of the lot, or of the seat */
export function release(
  panel: Address,
  functionName: 'releaseLot' | 'closeSeat',
  task: LearningTask,
  index: number,
): Call {
  return callTo(panel, { abi: learningPanelAbi, functionName, args: [taskOnChain(task), BigInt(index)] })
}

/** States which updates a seat holds whole and well formed. @param available bit i for participant i */
export function attest(panel: Address, task: LearningTask, seat: number, available: bigint): Call {
  const args = [taskOnChain(task), BigInt(seat), available] as const
  return callTo(panel, { abi: learningPanelAbi, functionName: 'attest', args })
}

/** What a requester discloses of its hidden evaluation set. */
export interface HiddenSet {
  /** Digest of the set's content id. */
  setRoot: Hex
  /** See {@link canaryOf}. */
  canary: Hex
  /** What kept the two secret. */
  salt: Hex
}

/** Discloses the hidden evaluation set. @param uri where it is to be had */
export function openEvaluation(panel: Address, task: LearningTask, hidden: HiddenSet, uri: string): Call {
  const args = [taskOnChain(task), hidden.setRoot, hidden.canary, hidden.salt, uri] as const
  return callTo(panel, { abi: learningPanelAbi, functionName: 'openEvaluation', args })
}

/** Commits to scores. @param commitment see `hashScoreCommitment` */
export function commitScores(panel: Address, task: LearningTask, seat: number, commitment: Hex): Call {
  const args = [taskOnChain(task), BigInt(seat), commitment] as const
  return callTo(panel, { abi: learningPanelAbi, functionName: 'commitScores', args })
}

/** Reveals scores. @param sheet one score per participant, or none; the aggregate's root; the salt */
export function revealScores(
  panel: Address,
  task: LearningTask,
  seat: number,
  sheet: { scores: readonly number[]; resultRoot: Hex; salt: Hex },
): Call {
  const { scores, resultRoot, salt } = sheet
  const args = [taskOnChain(task), BigInt(seat), scores, resultRoot, salt] as const
  return callTo(panel, { abi: learningPanelAbi, functionName: 'revealScores', args })
}

/** Discloses an update whose score the requester knew beforehand. */
export function openCanary(
  panel: Address,
  task: LearningTask,
  index: number,
  known: { score: number; salt: Hex },
): Call {
  const args = [taskOnChain(task), BigInt(index), known.score, known.salt] as const
  return callTo(panel, { abi: learningPanelAbi, functionName: 'openCanary', args })
}

/**
 * Which updates count, bit i for participant i; final when attesting is over.
 *
 * @param blockNumber after which; the newest without
 */
export function countedOf(
  client: PublicClient,
  panel: Address,
  id: Hex,
  blockNumber?: bigint,
): Promise<bigint> {
  const at = { address: panel, abi: learningPanelAbi, ...when(blockNumber) } as const
  return client.readContract({ ...at, functionName: 'countedOf', args: [id] })
}

/** The lots that have a seat, in the order of the seats. @param seats the word of `PanelState`: 16 bits each, seat 0 lowest */
function lotsOf(seats: bigint, seatCount: number): number[] {
  return Array.from({ length: seatCount }, (_, seat) => Number((seats >> BigInt(16 * seat)) & 0xffffn))
}

/** Reads where the panel of a round stands. */
export async function panelOf(
  client: PublicClient,
  panel: Address,
  id: Hex,
): Promise<{ lots: number; drawBlock: bigint; seats: number[]; isOpened: boolean; isCanaryOpened: boolean }> {
  const at = { address: panel, abi: learningPanelAbi } as const
  const state = await client.readContract({ ...at, functionName: 'panelOf', args: [id] })
  const { lots, drawBlock, seatCount, seats, opened, canaryOpened } = state
  return { lots, drawBlock, seats: lotsOf(seats, seatCount), isOpened: opened, isCanaryOpened: canaryOpened }
}

const canaryParameters = [{ type: 'bytes32' }, { type: 'int32' }, { type: 'bytes32' }] as const
const setParameters = [{ type: 'bytes32' }, { type: 'bytes32' }, { type: 'bytes32' }] as const

/** What stands for a canary until it is opened: an update of which the requester knows the score; zero for none. */
export function canaryOf(known: { updateRoot: Hex; score: number; salt: Hex } | undefined): Hex {
  if (known === undefined) return zeroHash
  return keccak256(encodeAbiParameters(canaryParameters, [known.updateRoot, known.score, known.salt]))
}

/** `LearningTask.evaluationRoot` of a hidden set. */
export function evaluationRootOf({ setRoot, canary, salt }: HiddenSet): Hex {
  return keccak256(encodeAbiParameters(setParameters, [setRoot, canary, salt]))
}
