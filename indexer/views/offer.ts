import type { Selectable } from 'kysely'
import { z } from 'zod'
import type { OfferRow } from '../store/tables.ts'
import { address, amount, bytes, hash, instant, unixSeconds } from './scalars.ts'

export const offerSchema = z
  .object({
    id: hash.meta({ description: "The agreement's id on chain, if it is accepted: what both sides sign" }),
    intent: hash,
    buyer: address,
    seller: address,
    quantity: amount,
    price: amount,
    lot: amount,
    payment: amount.meta({ description: 'What it costs the buyer' }),
    expiry: unixSeconds.meta({ description: 'Last second in which it can be accepted' }),
    deadline: unixSeconds,
    agreement: z.record(z.string(), z.unknown()).meta({ description: 'All that is signed' }),
    conditions: z.record(z.string(), z.unknown()),
    terms: z.record(z.string(), z.unknown()),
    signature: bytes.meta({ description: "The seller's" }),
    heardAt: instant,
  })
  .meta({ id: 'Offer', description: 'A signed offer to an intent that came through this API' })

/** An offer as the API shows it. */
export type OfferView = z.infer<typeof offerSchema>

export function toOfferView(row: Omit<Selectable<OfferRow>, 'sequence'>): OfferView {
  const { id, intentHash, buyer, seller, agreement, conditions, terms, signature } = row
  return {
    ...{ id, intent: intentHash, buyer, seller },
    quantity: String(row.quantity),
    price: String(row.price),
    lot: String(row.lot),
    payment: String(row.payment),
    expiry: String(row.expiry),
    deadline: String(row.deadline),
    ...{ agreement, conditions, terms, signature },
    heardAt: new Date(row.heardAt).toISOString(),
  }
}
