import type { LearningTask } from '../../../protocol/learning.ts'
import type { Address, Hex } from '../../../protocol/types.ts'
import type { Phase } from '../../learning/rounds/index.ts'
import type { LearningRecord, LearningRecords } from '../../policy/learning-records.ts'
import { TURN } from './constants.ts'
import type { RoundChain } from './round-chain.ts'
import type { RoundState } from './round-state.ts'
import type { Workshop } from './workshop.ts'

/** What every role in a round works with. */
export interface RoleComponents {
  id: Hex
  task: LearningTask
  record: LearningRecord
  records: LearningRecords
  /** Address of this agent. */
  agent: Address
  onChain: RoundChain
  workshop: Workshop
  report: (error: unknown) => void
  signal: AbortSignal
}

/** A round as it stands, by the chain's clock in Unix seconds. */
export interface Moment {
  now: bigint
  phase: Phase
  view: RoundState
}

/** What an agent does in a round, each deed by looking at the chain first: done again after a crash, none is done twice. */
export interface Role {
  /** Does what is due. What it throws is reported, and tried again. */
  act(moment: Moment): Promise<void>
  /** Whether nothing more is to be done. */
  isDone(moment: Moment): boolean
}

/**
 * Whether it is somebody's turn to do what all of several could: one after the other, so that who comes first does it for all.
 *
 * @param from when the first one's turn is, Unix seconds
 */
export function isTurn(now: bigint, from: bigint, rank: number): boolean {
  return now >= from + TURN * BigInt(rank)
}
