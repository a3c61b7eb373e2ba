import { z } from 'zod'
import {
  PROPOSAL_OUTCOMES,
  type ProposalRow,
  VOTE_SUPPORTS,
  type VoteRow,
} from '../store/tables/governance.ts'
import { address, amount, bytes, hash, height, instant, orNull, toInstant, unixSeconds } from './scalars.ts'

const votes = amount.meta({ description: "Votes in the token's smallest unit" })

export const proposalSchema = z
  .object({
    proposalId: amount,
    status: z.enum(['pending', 'active', 'ended', ...PROPOSAL_OUTCOMES]).meta({
      description:
        'By the time of the block in meta; of one that has ended, quorum and votes say whether it can be queued',
    }),
    proposer: address,
    description: z.string().nullable().meta({ description: 'Null when too long to be kept' }),
    actions: z
      .array(z.object({ target: address, value: amount, calldata: bytes }))
      .nullable()
      .meta({ description: 'What it would do; null when too long to be kept' }),
    voteStart: unixSeconds.meta({ description: 'Votes count as they were held then' }),
    voteEnd: unixSeconds.meta({ description: 'Last second of voting' }),
    votesFor: votes,
    votesAgainst: votes,
    votesAbstain: votes,
    voters: z.int(),
    eta: unixSeconds.nullable().meta({ description: 'When it can be executed' }),
    createdAt: instant,
    createdTx: hash,
    decidedAt: instant.nullable().meta({ description: 'When it was queued, executed or cancelled' }),
    block: height,
  })
  .meta({ id: 'Proposal', description: 'A proposal of the governor' })

/** A proposal as the API shows it. */
export type ProposalView = z.infer<typeof proposalSchema>

/** @param now Unix seconds of the block that the view is true of */
export function toProposalView({ logIndex: _, outcome, ...row }: ProposalRow, now: number): ProposalView {
  const byTime = now <= row.voteStart ? 'pending' : now <= row.voteEnd ? 'active' : 'ended'
  return {
    ...row,
    status: outcome ?? byTime,
    proposalId: String(row.proposalId),
    voteStart: String(row.voteStart),
    voteEnd: String(row.voteEnd),
    votesFor: String(row.votesFor),
    votesAgainst: String(row.votesAgainst),
    votesAbstain: String(row.votesAbstain),
    eta: orNull(row.eta, String),
    createdAt: toInstant(row.createdAt),
    decidedAt: orNull(row.decidedAt, toInstant),
  }
}

export const voteSchema = z
  .object({
    voter: address,
    support: z.enum(VOTE_SUPPORTS),
    weight: votes,
    reason: z.string().nullable().meta({ description: 'Null when too long to be kept' }),
    castAt: instant,
    tx: hash,
    block: height,
  })
  .meta({ id: 'Vote', description: "One account's vote on a proposal" })

/** A vote as the API shows it. */
export type VoteView = z.infer<typeof voteSchema>

export function toVoteView({ voter, support, weight, reason, castAt, tx, block }: VoteRow): VoteView {
  return { voter, support, weight: String(weight), reason, castAt: toInstant(castAt), tx, block }
}
