import { z } from 'zod'
import type { AgreementRow } from '../store/tables.ts'
import { address, amount, hash, height, instant, toInstant } from './scalars.ts'

export const tradeSchema = z
  .object({
    id: hash.meta({ description: 'Id of the agreement' }),
    settledAt: instant,
    buyer: address,
    seller: address,
    token: address,
    quantity: amount.meta({ description: "In the terms' unit; energy: Wh" }),
    price: amount.meta({ description: 'Minor units per lot' }),
    lot: amount.meta({ description: 'Units of quantity that one price buys; energy: 1000 Wh' }),
    payment: amount.meta({ description: 'What the buyer paid' }),
    received: amount.meta({ description: 'What the seller earned: payment - fee' }),
    fee: amount,
    intentHash: hash,
    evidence: hash,
    block: height,
    tx: hash,
  })
  .meta({ id: 'Trade', description: 'A settled agreement' })

/** A trade as the API shows it. */
export type TradeView = z.infer<typeof tradeSchema>

/** A settled agreement's row; its terms are known, because it was opened. */
export type TradeRow = Pick<AgreementRow, 'id'> & {
  [column in
    | 'buyer'
    | 'seller'
    | 'token'
    | 'quantity'
    | 'price'
    | 'lot'
    | 'received'
    | 'fee'
    | 'intentHash'
    | 'evidence'
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
    quantity: String(row.quantity),
    price: String(row.price),
    lot: String(row.lot),
    payment: String(row.received + row.fee),
    received: String(row.received),
    fee: String(row.fee),
    intentHash: row.intentHash,
    evidence: row.evidence,
    block: row.endedBlock,
    tx: row.endedTx,
  }
}
