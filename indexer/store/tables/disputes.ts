import type { Address, Hex } from '../../../protocol/types.ts'

/** `open`: time may have ended it, see `disputeOf` of the contract; `ruled`, `silent`: its bonds were paid out, so it has. */
export const DISPUTE_STATUSES = ['open', 'ruled', 'silent'] as const
export type DisputeStatus = (typeof DISPUTE_STATUSES)[number]

/** A juror of a panel; the ids and numbers are as in JSON. */
export interface Juror {
  /** 0 of the first panel, 1 of the appeal's. */
  round: number
  agentId: string
  depositor: Address
  committed: boolean
  /** The defendant's share in hundredths of a per cent; null until it is revealed. */
  vote: number | null
}

/** A case of the arbitration. */
export interface DisputeRow {
  arbitrable: Address
  /** The arbitrable's name for it: of the escrow, the agreement's id. */
  id: Hex
  block: number
  logIndex: number
  createdAt: number
  createdTx: Hex
  status: DisputeStatus
  plaintiff: Address
  defendant: Address
  token: Address
  /** Minor units that are contested, and that each side puts up in the first round. */
  amount: bigint
  bond: bigint
  /** Who put up the defendant's bond. */
  matcher: Address | null
  appellant: Address | null
  /** Who put up the bond of the side that did not appeal. */
  appealMatcher: Address | null
  evidence: number
  jurors: Juror[]
  /** Jurors who lost their bonds. */
  slashed: number
  executedAt: number | null
  /** The defendant's share of what was contested, in hundredths of a per cent. */
  defendantBps: number | null
  burned: bigint | null
}

/** A piece of evidence. */
export interface EvidenceRow {
  arbitrable: Address
  id: Hex
  /** From 0. */
  number: number
  block: number
  logIndex: number
  submittedAt: number
  tx: Hex
  submitter: Address
  evidence: Hex
  uri: string | null
}

export interface DisputeTables {
  disputes: DisputeRow
  evidence: EvidenceRow
}

export const disputeKeys = {
  disputes: ['arbitrable', 'id'],
  evidence: ['arbitrable', 'id', 'number'],
} as const
