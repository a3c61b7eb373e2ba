import { bytesToHex, hexToBigInt } from 'viem'
import { z } from 'zod'
import { membersOf } from '../../../protocol/input.ts'
import { LEARNING_RULES, type LearningRule, type LearningTask } from '../../../protocol/learning.ts'
import type { Address, Hex } from '../../../protocol/types.ts'
import type { Examples } from '../../learning/models/index.ts'
import type { LearningModel } from '../../learning/rounds/index.ts'

/** Coordinates of a chunk by default: a challenge of 64 of them fits a transaction. */
export const CHUNK_SIZE = 256
/** Millionths by which scores may differ by default. */
const TOLERANCE = 10

/** How long the phases of a round last, in seconds, ten at least. */
export interface PhaseLengths {
  /** Participants train and commit, evaluators enlist. */
  commit: number
  reveal: number
  /** The panel is drawn and gets the updates. */
  attest: number
  /** Results are proposed, evaluators score. */
  score: number
  /** Scores are revealed, results still challenged. */
  close: number
}

/** What a requester asks for; amounts in minor units. */
export interface TaskTerms {
  model: LearningModel
  /** What updates are scored on: kept to oneself until updates are revealed. */
  hiddenSet: Examples
  /** Shared by the participants. */
  reward: bigint
  /** Shared by the evaluators, 0n by default. */
  evaluationFee?: bigint
  /** For who proposes the result that stands, 0n by default. */
  aggregationFee?: bigint
  /** Stake of a participant until it reveals. */
  participantStake: bigint
  evaluatorStake: bigint
  rule: LearningRule
  /** Trimmed mean: how many values are left out on each side; 0 by default. */
  trim?: number
  /** 64 at most. */
  maxParticipants: number
  /** How many evaluators are drawn, 15 at most. */
  panel: number
  /** Bound of a coordinate's change, in the model's own unit. */
  clip: number
  phases: PhaseLengths
  /** An update of the round, made by another agent for the requester, of which it knows the score; see `canary`. */
  canary?: { updateRoot: Hex; score: number }
}

const amount = z.bigint()
const examples = membersOf<Examples>({
  rows: z.int(),
  inputs: z.instanceof(Float32Array),
  targets: z.instanceof(Float32Array),
})

export const taskTermsSchema = membersOf<TaskTerms>({
  model: membersOf<LearningModel>({
    network: membersOf({ kind: z.enum(['mlp', 'softmax', 'linear']), layers: z.array(z.int()) }),
    parameters: z.instanceof(Float32Array),
    scale: z.number(),
    damping: z.number(),
    maxNorm: z.number(),
  }),
  hiddenSet: examples,
  reward: amount,
  evaluationFee: amount.optional(),
  aggregationFee: amount.optional(),
  participantStake: amount,
  evaluatorStake: amount,
  rule: z.enum(LEARNING_RULES),
  trim: z.int().optional(),
  maxParticipants: z.int(),
  panel: z.int(),
  clip: z.number(),
  phases: membersOf({ commit: z.int(), reveal: z.int(), attest: z.int(), score: z.int(), close: z.int() }),
  canary: membersOf({ updateRoot: z.custom<Hex>(), score: z.int() }).optional(),
})

/** What else a task names. */
export interface TaskParts {
  requester: Address
  token: Address
  baseModel: Hex
  evaluationRoot: Hex
  /** Unix seconds. */
  now: bigint
}

/** The bound of a coordinate in units of the fixed point. */
export function clipOf({ clip, model }: Pick<TaskTerms, 'clip' | 'model'>): number {
  return Math.round(clip * model.scale)
}

/** The task that terms come to. */
export function taskOf(terms: TaskTerms, { now, ...parts }: TaskParts): LearningTask {
  const { model, phases } = terms
  const ends = [phases.commit, phases.reveal, phases.attest, phases.score, phases.close]
  const end = (count: number) => now + BigInt(ends.slice(0, count).reduce((sum, length) => sum + length, 0))
  return {
    ...parts,
    reward: terms.reward,
    evaluationFee: terms.evaluationFee ?? 0n,
    aggregationFee: terms.aggregationFee ?? 0n,
    participantStake: terms.participantStake,
    evaluatorStake: terms.evaluatorStake,
    rule: terms.rule,
    trim: terms.trim ?? 0,
    maxParticipants: terms.maxParticipants,
    panel: terms.panel,
    clip: clipOf(terms),
    dimension: model.parameters.length,
    chunkSize: CHUNK_SIZE,
    tolerance: TOLERANCE,
    commitUntil: end(1),
    revealUntil: end(2),
    attestUntil: end(3),
    scoreUntil: end(4),
    closeAt: end(5),
    nonce: hexToBigInt(bytesToHex(crypto.getRandomValues(new Uint8Array(32)))),
  }
}
