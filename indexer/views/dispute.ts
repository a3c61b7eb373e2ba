import { z } from 'zod'
import { DISPUTE_STATUSES, type DisputeRow, type EvidenceRow } from '../store/tables/disputes.ts'
import { address, amount, hash, height, instant, orNull, toInstant } from './scalars.ts'

const share = z.int().meta({ description: "The defendant's share, in hundredths of a per cent" })

export const disputeStatus = z.enum(DISPUTE_STATUSES)

const jurorSchema = z
  .object({
    round: z.int().meta({ description: "0: the first panel, 1: the appeal's" }),
    agentId: amount,
    depositor: address.meta({ description: 'Owner whose stake answers' }),
    committed: z.boolean(),
    vote: share.nullable(),
  })
  .meta({ id: 'Juror' })

export const disputeSchema = z
  .object({
    arbitrable: address.meta({ description: 'Contract that brought the case' }),
    id: hash.meta({ description: "Its name for it: of the escrow, the agreement's id" }),
    status: disputeStatus.meta({
      description: 'open until the bonds are paid out; time alone may have decided it before (`disputeOf`)',
    }),
    plaintiff: address,
    defendant: address,
    token: address,
    amount: amount.meta({ description: 'What is contested' }),
    bond: amount.meta({ description: 'What each side puts up; twice that in the appeal' }),
    matcher: address.nullable().meta({ description: "Who put up the defendant's bond" }),
    appellant: address.nullable(),
    appealMatcher: address.nullable().meta({ description: 'Who put up the bond of the other side' }),
    evidence: z.int().meta({ description: 'How many pieces there are' }),
    jurors: z.array(jurorSchema),
    slashed: z.int().meta({ description: 'Jurors who lost their bonds' }),
    defendantBps: share.nullable(),
    burned: amount.nullable(),
    createdAt: instant,
    createdTx: hash,
    executedAt: instant.nullable().meta({ description: 'When the bonds were paid out' }),
    block: height,
  })
  .meta({ id: 'Dispute', description: 'A case of the arbitration' })

/** A dispute as the API shows it. */
export type DisputeView = z.infer<typeof disputeSchema>

export function toDisputeView({ logIndex: _, ...row }: DisputeRow): DisputeView {
  return {
    ...row,
    amount: String(row.amount),
    bond: String(row.bond),
    burned: orNull(row.burned, String),
    createdAt: toInstant(row.createdAt),
    executedAt: orNull(row.executedAt, toInstant),
  }
}

export const evidenceSchema = z
  .object({
    number: z.int().meta({ description: 'From 0' }),
    submitter: address,
    evidence: hash,
    uri: z.string().nullable(),
    submittedAt: instant,
    tx: hash,
    block: height,
  })
  .meta({ id: 'Evidence', description: 'What somebody brought to a case; anybody may' })

/** Evidence as the API shows it. */
export type EvidenceView = z.infer<typeof evidenceSchema>

export function toEvidenceView(row: EvidenceRow): EvidenceView {
  const { number, submitter, evidence, uri, submittedAt, tx, block } = row
  return { number, submitter, evidence, uri, submittedAt: toInstant(submittedAt), tx, block }
}
