import type { Selectable } from 'kysely'
import { z } from 'zod'
import type { IntentRow } from '../store/tables.ts'
import { attributeSchema } from './attribute.ts'
import { address, amount, bytes, hash, instant, unixSeconds } from './scalars.ts'

export const intentSide = z.enum(['buy', 'sell'])

/** What its maker signs. */
export const intentFields = {
  agent: address,
  side: intentSide,
  capability: z.string(),
  area: z.string().meta({ description: 'H3 cell' }),
  quantity: amount,
  price: amount.meta({ description: 'Opening price in minor units per lot' }),
  lot: amount,
  start: unixSeconds,
  end: unixSeconds,
  expiry: unixSeconds,
  nonce: amount,
  endpoints: z.array(z.string()),
  attributes: z.array(attributeSchema).meta({ description: 'What else it asks for' }),
}

export const intentSchema = z
  .object({
    hash: hash.meta({ description: 'EIP-712 digest that its maker signed' }),
    ...intentFields,
    signature: bytes,
    heardAt: instant,
  })
  .meta({ id: 'Intent', description: 'A signed wish to buy or to sell that has not expired' })

/** An intent as the API shows it. */
export type IntentView = z.infer<typeof intentSchema>

export function toIntentView(row: Omit<Selectable<IntentRow>, 'sequence'>): IntentView {
  return {
    hash: row.hash,
    agent: row.agent,
    side: row.side,
    capability: row.capability,
    area: row.area,
    quantity: String(row.quantity),
    price: String(row.price),
    lot: String(row.lot),
    start: String(row.start),
    end: String(row.end),
    expiry: String(row.expiry),
    nonce: String(row.nonce),
    endpoints: row.endpoints,
    attributes: row.attributes,
    signature: row.signature,
    heardAt: new Date(row.heardAt).toISOString(),
  }
}
