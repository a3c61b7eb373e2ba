import { z } from 'zod'
import { LEARNING_RULES } from '../../protocol/learning.ts'
import type { ResultRow, RoundRow, UpdateRow } from '../store/tables/learning.ts'
import { address, amount, hash, height, instant, orNull, toInstant, unixSeconds } from './scalars.ts'

const PHASES = ['commit', 'reveal', 'attest', 'score', 'close', 'over'] as const
const root = hash.meta({ description: "Root of the Merkle tree over a model's or an update's chunks" })

export const roundSchema = z
  .object({
    id: hash.meta({ description: 'EIP-712 digest of the task' }),
    status: z.enum([...PHASES, 'cancelled', 'settled']).meta({
      description: 'Phase of an open round, by the time of the block in meta; over: anybody can settle it',
    }),
    requester: address,
    token: address,
    reward: amount.meta({ description: 'For the participants' }),
    evaluationFee: amount.meta({ description: 'For the evaluators' }),
    aggregationFee: amount.meta({ description: 'For who proposes the result that stands' }),
    participantStake: amount,
    evaluatorStake: amount,
    rule: z.enum(LEARNING_RULES).meta({ description: 'How updates are aggregated' }),
    trim: z.int().meta({ description: 'How many values are left out on each side' }),
    maxParticipants: z.int(),
    panel: z.int().meta({ description: 'Evaluators to be drawn; 0: the reward is shared equally' }),
    clip: z.int().meta({ description: "Bound of a coordinate's absolute value" }),
    dimension: z.int().meta({ description: 'Coordinates of the model' }),
    chunkSize: z.int(),
    tolerance: z.int().meta({ description: 'How far two scores may lie apart and still agree' }),
    commitUntil: unixSeconds,
    revealUntil: unixSeconds,
    attestUntil: unixSeconds,
    scoreUntil: unixSeconds,
    closeAt: unixSeconds,
    baseModel: hash.meta({ description: 'Hash of the model that the updates change' }),
    evaluationRoot: hash.meta({ description: 'Commitment to the hidden evaluation set' }),
    participants: z.int(),
    updates: z.int().meta({ description: 'Revealed, copies not counted' }),
    evaluators: z.int().meta({ description: 'Who offered to evaluate' }),
    seats: z.int().meta({ description: 'Evaluators that were drawn' }),
    resultRoot: root.nullable().meta({ description: 'Of the result that stands; null when none does' }),
    pool: amount.nullable().meta({ description: 'What participants share' }),
    byScore: z.boolean().nullable().meta({ description: 'By score, or equally' }),
    claimed: amount.meta({ description: 'What was credited so far, to all sides' }),
    openedAt: instant,
    openedTx: hash,
    settledAt: instant.nullable(),
    settledTx: hash.nullable(),
    block: height,
  })
  .meta({ id: 'Round', description: 'A round of federated learning' })

/** A round as the API shows it. */
export type RoundView = z.infer<typeof roundSchema>

/** @param now Unix seconds of the block that the view is true of */
export function toRoundView({ logIndex: _, ...row }: RoundRow, now: number): RoundView {
  return {
    ...row,
    status: row.status === 'open' ? phaseAt(row, BigInt(now)) : row.status,
    reward: String(row.reward),
    evaluationFee: String(row.evaluationFee),
    aggregationFee: String(row.aggregationFee),
    participantStake: String(row.participantStake),
    evaluatorStake: String(row.evaluatorStake),
    commitUntil: String(row.commitUntil),
    revealUntil: String(row.revealUntil),
    attestUntil: String(row.attestUntil),
    scoreUntil: String(row.scoreUntil),
    closeAt: String(row.closeAt),
    pool: orNull(row.pool, String),
    claimed: String(row.claimed),
    openedAt: toInstant(row.openedAt),
    settledAt: orNull(row.settledAt, toInstant),
  }
}

function phaseAt(row: Omit<RoundRow, 'logIndex'>, now: bigint): (typeof PHASES)[number] {
  const ends = [row.commitUntil, row.revealUntil, row.attestUntil, row.scoreUntil, row.closeAt]
  return PHASES[ends.filter((end) => now > end).length] ?? 'over'
}

export const updateSchema = z
  .object({
    place: z.int().meta({ description: 'Place in the round, from 0' }),
    status: z.enum(['committed', 'revealed', 'slashed']),
    agentId: amount,
    participant: address,
    owner: address.meta({ description: 'Whose stake it is, and who is paid' }),
    commitment: hash,
    updateRoot: root.nullable(),
    contentId: hash.nullable().meta({ description: 'Digest of the content id under which it is to be had' }),
    original: z.boolean().nullable().meta({ description: 'Whether it is no copy' }),
    reward: amount.nullable().meta({ description: 'What its owner was credited' }),
    committedAt: instant,
  })
  .meta({ id: 'Update', description: "One participant's update of a model" })

/** An update as the API shows it. */
export type UpdateView = z.infer<typeof updateSchema>

export function toUpdateView({ id: _, ...row }: UpdateRow): UpdateView {
  return {
    ...row,
    agentId: String(row.agentId),
    reward: orNull(row.reward, String),
    committedAt: toInstant(row.committedAt),
  }
}

export const modelSchema = z
  .object({
    root,
    contentId: hash.meta({ description: 'Digest of the content id under which it is to be had' }),
    baseModel: hash.meta({ description: 'Hash of the model that was improved' }),
    round: hash.meta({ description: 'Round that made it' }),
    requester: address,
    proposer: amount.meta({ description: 'Agent that aggregated it' }),
    rule: z.enum(LEARNING_RULES),
    dimension: z.int(),
    updates: z.int(),
    settledAt: instant,
    settledTx: hash,
    block: height.meta({ description: 'Block in which the round was opened' }),
  })
  .meta({ id: 'Model', description: 'The aggregate that stood at the end of a round' })

/** A model as the API shows it. */
export type ModelView = z.infer<typeof modelSchema>

/** A round whose result stands, with that result. */
export type ModelRow = Pick<
  RoundRow,
  'id' | 'block' | 'logIndex' | 'baseModel' | 'requester' | 'rule' | 'dimension' | 'updates'
> &
  Pick<ResultRow, 'contentId' | 'agentId' | 'resultRoot'> & {
    [column in 'settledAt' | 'settledTx']: NonNullable<RoundRow[column]>
  }

export function toModelView({ id: round, agentId, resultRoot, logIndex: _, ...row }: ModelRow): ModelView {
  return { ...row, round, root: resultRoot, proposer: String(agentId), settledAt: toInstant(row.settledAt) }
}
