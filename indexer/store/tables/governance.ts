import type { Address, Hex } from '../../../protocol/types.ts'

/** What of a proposal is final; until it is queued, executed or cancelled the clock and the votes say how it stands. */
export const PROPOSAL_OUTCOMES = ['queued', 'executed', 'canceled'] as const
export type ProposalOutcome = (typeof PROPOSAL_OUTCOMES)[number]

/** What a proposal would do: calls, in their sequence. */
interface ProposalAction {
  target: Address
  /** Wei as decimal digits. */
  value: string
  calldata: Hex
}

/** A proposal of the governor. Times are Unix seconds. */
export interface ProposalRow {
  proposalId: bigint
  block: number
  logIndex: number
  createdAt: number
  createdTx: Hex
  proposer: Address
  /** Null when it is longer than is kept, as are the actions. */
  description: string | null
  actions: ProposalAction[] | null
  /** Votes count as they were held then; voting begins after it. */
  voteStart: bigint
  /** The last second of voting. */
  voteEnd: bigint
  /** Sums of votes, in the token's smallest unit. */
  votesAgainst: bigint
  votesFor: bigint
  votesAbstain: bigint
  voters: number
  outcome: ProposalOutcome | null
  /** When it can be executed, once it is queued. */
  eta: bigint | null
  decidedAt: number | null
}

/** `GovernorCountingSimple.VoteType`, in its order. */
export const VOTE_SUPPORTS = ['against', 'for', 'abstain'] as const
type VoteSupport = (typeof VOTE_SUPPORTS)[number]

/** One account's vote. */
export interface VoteRow {
  proposalId: bigint
  voter: Address
  block: number
  logIndex: number
  castAt: number
  tx: Hex
  support: VoteSupport
  weight: bigint
  reason: string | null
}

export const PARAMETER_KINDS = ['admission', 'quota', 'spam', 'bond', 'contract', 'protocol'] as const
export type ParameterKind = (typeof PARAMETER_KINDS)[number]

/** What the directory says about one thing. */
export interface ParameterRow {
  kind: ParameterKind
  /** Its name as the directory has it: ASCII, left-aligned; zero for the default, or where there is one alone. */
  key: Hex
  /** Of a contract or protocol, which version; otherwise 0. */
  version: number
  block: number
  logIndex: number
  changedAt: number
  tx: Hex
  /** Its members by name; amounts as decimal digits. */
  value: Record<string, string | number | boolean | null>
}

export interface GovernanceTables {
  proposals: ProposalRow
  votes: VoteRow
  parameters: ParameterRow
}

export const governanceKeys = {
  proposals: ['proposalId'],
  votes: ['proposalId', 'voter'],
  parameters: ['kind', 'key', 'version'],
} as const
