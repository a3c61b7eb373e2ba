import { z } from 'zod'
import { paymentOf } from '../../protocol/types.ts'
import type { AgreementRow } from '../store/tables.ts'
import { address, amount, hash, height, instant, orNull, toInstant, unixSeconds } from './scalars.ts'

export const agreementStatus = z.enum(['open', 'settled', 'refunded', 'cancelled'])

export const agreementSchema = z
  .object({
    id: hash,
    status: agreementStatus,
    buyer: address.nullable(),
    seller: address.nullable(),
    payout: address.nullable(),
    token: address.nullable(),
    quantity: amount.nullable(),
    price: amount.nullable().meta({ description: 'Minor units per lot' }),
    lot: amount.nullable().meta({ description: 'Units of quantity that one price buys' }),
    payment: amount.nullable().meta({ description: 'quantity x price / lot, rounded down' }),
    exposure: amount.nullable().meta({ description: "The seller's stake that is locked while it is open" }),
    feeBps: z.int().nullable(),
    expiry: unixSeconds.nullable(),
    deadline: unixSeconds.nullable(),
    intentHash: hash.nullable(),
    termsHash: hash.nullable(),
    nonce: amount.nullable(),
    openedAt: instant.nullable(),
    openedTx: hash.nullable(),
    endedAt: instant.nullable(),
    endedTx: hash.nullable(),
    received: amount.nullable().meta({ description: 'What the payout account earned, after the fee' }),
    fee: amount.nullable(),
    refunded: amount.nullable(),
    evidence: hash.nullable(),
    cancelledBy: address.nullable(),
    block: height.meta({ description: 'Block in which it was first seen' }),
    endedBlock: height.nullable(),
  })
  .meta({
    id: 'Agreement',
    description:
      'An agreement that the escrow has seen. One that was cancelled before it was opened has an id only: its terms never reached the chain.',
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
    seller: row.seller,
    payout: row.payout,
    token: row.token,
    quantity: orNull(quantity, String),
    price: orNull(price, String),
    lot: orNull(lot, String),
    payment: known ? String(paymentOf({ quantity, price, lot })) : null,
    exposure: orNull(row.exposure, String),
    feeBps: row.feeBps,
    expiry: orNull(row.expiry, String),
    deadline: orNull(row.deadline, String),
    intentHash: row.intentHash,
    termsHash: row.termsHash,
    nonce: orNull(row.nonce, String),
    openedAt: orNull(row.openedAt, toInstant),
    openedTx: row.openedTx,
    endedAt: orNull(row.endedAt, toInstant),
    endedTx: row.endedTx,
    received: orNull(row.received, String),
    fee: orNull(row.fee, String),
    refunded: orNull(row.refunded, String),
    evidence: row.evidence,
    cancelledBy: row.cancelledBy,
    block: row.block,
    endedBlock: row.endedBlock,
  }
}
