import type { LearningRule } from '../../../protocol/learning.ts'
import type { Address, Hex } from '../../../protocol/types.ts'

/** A round of learning: the task that was funded, and what came of it. Times are Unix seconds, the last ones of a phase. */
export interface RoundRow {
  id: Hex
  block: number
  logIndex: number
  openedAt: number
  openedTx: Hex
  status: 'open' | 'cancelled' | 'settled'
  requester: Address
  token: Address
  /** Minor units for participants, for evaluators, and for who aggregates. */
  reward: bigint
  evaluationFee: bigint
  aggregationFee: bigint
  participantStake: bigint
  evaluatorStake: bigint
  rule: LearningRule
  /** How many values are left out on each side. */
  trim: number
  maxParticipants: number
  /** Seats of the panel. */
  panel: number
  clip: number
  /** Coordinates of the model, and of a chunk. */
  dimension: number
  chunkSize: number
  /** How far two scores may lie apart and still agree. */
  tolerance: number
  commitUntil: bigint
  revealUntil: bigint
  attestUntil: bigint
  scoreUntil: bigint
  closeAt: bigint
  baseModel: Hex
  evaluationRoot: Hex
  /** Who committed, and whose updates were revealed and are no copies. */
  participants: number
  updates: number
  /** Who offered to evaluate, and how many were drawn. */
  evaluators: number
  seats: number
  /** All of these are null until it is settled; no result stood where its root is null then. */
  settledAt: number | null
  settledTx: Hex | null
  resultRoot: Hex | null
  /** What participants share, by score or equally. */
  pool: bigint | null
  byScore: boolean | null
  /** What was credited so far, to participants, evaluators and who aggregated. */
  claimed: bigint
}

/** One participant's update. */
export interface UpdateRow {
  id: Hex
  /** Place in the round, from 0. */
  place: number
  committedAt: number
  status: 'committed' | 'revealed' | 'slashed'
  agentId: bigint
  participant: Address
  owner: Address
  commitment: Hex
  updateRoot: Hex | null
  /** Digest of the content id under which it is to be had. */
  contentId: Hex | null
  /** Whether it is the first commitment to this root, so that it counts. */
  original: boolean | null
  /** What its owner was credited. */
  reward: bigint | null
}

/** A proposed aggregate. */
export interface ResultRow {
  id: Hex
  resultRoot: Hex
  proposedAt: number
  agentId: bigint
  contentId: Hex
  refuted: boolean
}

export interface LearningTables {
  rounds: RoundRow
  updates: UpdateRow
  results: ResultRow
}

export const learningKeys = {
  rounds: ['id'],
  updates: ['id', 'place'],
  results: ['id', 'resultRoot'],
} as const
