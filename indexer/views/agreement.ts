import { z } from 'zod'
import { paymentOf } from '../../protocol/types.ts'
import { AGREEMENT_STATUSES, type AgreementRow } from '../store/tables.ts'
import { address, amount, hash, height, instant, orNull, toInstant, unixSeconds } from './scalars.ts'

export const agreementStatus = z.enum(AGREEMENT_STATUSES)

export const agreementSchema = z
  .object({
    id: hash,
    status: agreementStatus,
    buyer: address.nullable(),
    payer: address
      .nullable()
      .meta({ description: "Ledger account that pays: the buyer's, or its agent's owner's" }),
    seller: address.nullable(),
    payout: address.nullable().meta({ description: 'Ledger account that earns' }),
    token: address.nullable(),
    staker: address.nullable().meta({ description: "Owner of the seller's agent, whose stake answers" }),
    agentId: amount.nullable().meta({ description: "The seller's agent, 0 when none" }),
    exposure: amount.nullable().meta({ description: "The seller's stake that is locked until it ends" }),
    quantity: amount.nullable(),
    price: amount.nullable().meta({ description: 'Minor units per lot' }),
    lot: amount.nullable().meta({ description: 'Units of quantity that one price buys' }),
    payment: amount.nullable().meta({ description: 'quantity x price / lot, rounded down' }),
    feeBps: z.int().nullable(),
    penaltyBps: z
      .int()
      .nullable()
      .meta({ description: 'What a party loses that fails at the last stage, in basis points' }),
    relayFee: amount.nullable().meta({ description: 'Paid to who submitted it, on top of the payment' }),
    expiry: unixSeconds.nullable(),
    deadline: unixSeconds.nullable(),
    intentHash: hash.nullable(),
    termsHash: hash.nullable(),
    nonce: amount.nullable(),
    conditions: hash
      .nullable()
      .meta({ description: 'Struct hash of the conditions, which the parties know' }),
    openedAt: instant.nullable(),
    openedTx: hash.nullable(),
    claimed: amount.nullable().meta({ description: 'What the seller reported on chain' }),
    deliveredAt: instant.nullable().meta({ description: 'When it did' }),
    disputedAt: instant.nullable(),
    contested: amount.nullable().meta({ description: 'Payment that the buyer contests' }),
    arbitrator: address
      .nullable()
      .meta({ description: 'Rules on the dispute; zero: the agreed split ended it' }),
    endedAt: instant.nullable(),
    endedTx: hash.nullable(),
    received: amount.nullable().meta({ description: 'What the payout account earned so far, after the fee' }),
    fee: amount.nullable(),
    refunded: amount.nullable(),
    slashed: amount.nullable().meta({ description: "Stake of the seller's that was slashed" }),
    evidence: hash.nullable(),
    revokedBy: address.nullable(),
    traded: amount
      .nullable()
      .meta({ description: 'Quantity that was delivered and paid for; null when it is no trade' }),
    block: height.meta({ description: 'Block in which it was first seen' }),
    endedBlock: height.nullable(),
  })
  .meta({
    id: 'Agreement',
    description:
      'An agreement that the escrow has seen. One that was revoked before it was opened has an id only: its terms never reached the chain. Of a spot trade the chain tells no price.',
  })

/** An agreement as the API shows it. */
export type AgreementView = z.infer<typeof agreementSchema>

export function toAgreementView(row: AgreementRow): AgreementView {
  const { quantity, price, lot } = row
  const known = quantity !== null && price !== null && lot !== null
  return {
    id: row.id,
    status: row.status,
    buyer: row.buyer,
    payer: row.payer,
    seller: row.seller,
    payout: row.payout,
    token: row.token,
    staker: row.staker,
    agentId: orNull(row.agentId, String),
    exposure: orNull(row.exposure, String),
    quantity: orNull(quantity, String),
    price: orNull(price, String),
    lot: orNull(lot, String),
    payment: known ? String(paymentOf({ quantity, price, lot })) : null,
    feeBps: row.feeBps,
    penaltyBps: row.penaltyBps,
    relayFee: orNull(row.relayFee, String),
    expiry: orNull(row.expiry, String),
    deadline: orNull(row.deadline, String),
    intentHash: row.intentHash,
    termsHash: row.termsHash,
    nonce: orNull(row.nonce, String),
    conditions: row.conditions,
    openedAt: orNull(row.openedAt, toInstant),
    openedTx: row.openedTx,
    claimed: orNull(row.claimed, String),
    deliveredAt: orNull(row.deliveredAt, toInstant),
    disputedAt: orNull(row.disputedAt, toInstant),
    contested: orNull(row.contested, String),
    arbitrator: row.arbitrator,
    endedAt: orNull(row.endedAt, toInstant),
    endedTx: row.endedTx,
    received: orNull(row.received, String),
    fee: orNull(row.fee, String),
    refunded: orNull(row.refunded, String),
    slashed: orNull(row.slashed, String),
    evidence: row.evidence,
    revokedBy: row.revokedBy,
    traded: orNull(row.traded, String),
    block: row.block,
    endedBlock: row.endedBlock,
  }
}
