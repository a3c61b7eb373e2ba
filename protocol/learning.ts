import type { Address, Hex } from './types.ts'

/** How one coordinate of an aggregate follows from those of the updates; the contract's rules, in its order. */
export const LEARNING_RULES = ['clipped-mean', 'median', 'trimmed-mean'] as const
export type LearningRule = (typeof LEARNING_RULES)[number]

/**
 * What a requester asks for, as `LearningTypes.sol` has it. Amounts are minor units; instants are Unix seconds, each the last
 * one of its phase.
 */
export interface LearningTask {
  /** Pays. */
  requester: Address
  /** The token of the payments. */
  token: Address
  /** Shared by the participants. */
  reward: bigint
  /** Shared by the evaluators. */
  evaluationFee: bigint
  /** For who proposes the result that stands. */
  aggregationFee: bigint
  /** Stake of a participant until it reveals, and of a proposer until the round is over. */
  participantStake: bigint
  evaluatorStake: bigint
  rule: LearningRule
  /** Trimmed mean: how many values are left out on each side. */
  trim: number
  maxParticipants: number
  /** How many evaluators are drawn; 0 when the reward is shared equally in any case. */
  panel: number
  /** Bound of a coordinate's absolute value, in units of the fixed point. */
  clip: number
  /** How many coordinates the model has. */
  dimension: number
  /** How many coordinates one chunk has; the last may have fewer. */
  chunkSize: number
  /** How far two scores may lie apart and still agree. */
  tolerance: number
  /** Participants commit, evaluators enlist. */
  commitUntil: bigint
  /** Participants reveal, evaluators still enlist. */
  revealUntil: bigint
  /** The panel is drawn and attests which updates there are; the requester opens the hidden set. */
  attestUntil: bigint
  /** Results are proposed, evaluators commit to scores. */
  scoreUntil: bigint
  /** Scores are revealed, results still challenged. Then the round is over. */
  closeAt: bigint
  /** Content id's digest of the model that the updates change. */
  baseModel: Hex
  /** Hash of the hidden evaluation set, of its canary and of a salt. */
  evaluationRoot: Hex
  /** Makes two otherwise equal tasks different. */
  nonce: bigint
}

/** What a participant commits to; the salt keeps it secret until it is revealed. */
export interface UpdateCommitment {
  /** Id of the task. */
  task: Hex
  participant: Address
  /** Root of the update's chunks. */
  updateRoot: Hex
  /** Digest of the content id by which the update is to be had. */
  contentId: Hex
  salt: Hex
}

/** What an evaluator commits to. */
export interface ScoreCommitment {
  /** Id of the task. */
  task: Hex
  evaluator: Address
  /** One per participant, none where the hidden set could not be had. */
  scores: readonly number[]
  /** Root of the aggregate that it computed. */
  resultRoot: Hex
  salt: Hex
}
