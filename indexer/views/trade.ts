import { z } from 'zod'
import type { AgreementRow } from '../store/tables.ts'
import { address, amount, hash, height, instant, orNull, toInstant } from './scalars.ts'

export const tradeSchema = z
  .object({
    id: hash.meta({ description: 'Id of the agreement' }),
    settledAt: instant,
    buyer: address,
    seller: address,
    token: address,
    quantity: amount.meta({ description: "Delivered and paid for, in the terms' unit; energy: Wh" }),
    price: amount
      .nullable()
      .meta({ description: 'Minor units per lot; null of a spot trade, of which the chain tells none' }),
    lot: amount.nullable().meta({ description: 'Units of quantity that one price buys; energy: 1000 Wh' }),
    payment: amount.meta({ description: 'What the buyer paid' }),
    received: amount.meta({ description: 'What the seller earned: payment - fee' }),
    fee: amount,
    intentHash: hash,
    evidence: hash.nullable(),
    block: height,
    tx: hash,
  })
  .meta({
    id: 'Trade',
    description: 'An agreement of which something was delivered and paid for, and that has ended',
  })

/** A trade as the API shows it. */
export type TradeView = z.infer<typeof tradeSchema>

/** The row of an agreement that is a trade. */
export type TradeRow = Pick<AgreementRow, 'id' | 'price' | 'lot' | 'evidence'> & {
  [column in
    | 'buyer'
    | 'seller'
    | 'token'
    | 'traded'
    | 'received'
    | 'fee'
    | 'intentHash'
    | 'endedBlock'
    | 'endedIndex'
    | 'endedAt'
    | 'endedTx']: NonNullable<AgreementRow[column]>
}

export function toTradeView(row: TradeRow): TradeView {
  return {
    id: row.id,
    settledAt: toInstant(row.endedAt),
    buyer: row.buyer,
    seller: row.seller,
    token: row.token,
    quantity: String(row.traded),
    price: orNull(row.price, String),
    lot: orNull(row.lot, String),
    payment: String(row.received + row.fee),
    received: String(row.received),
    fee: String(row.fee),
    intentHash: row.intentHash,
    evidence: row.evidence,
    block: row.endedBlock,
    tx: row.endedTx,
  }
}
