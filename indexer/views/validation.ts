import { z } from 'zod'
import type { ValidationRow } from '../store/tables/reputation.ts'
import { address, amount, hash, height, instant, orNull, toInstant } from './scalars.ts'

const text = z.string().nullable().meta({ description: 'Null when too long to be kept' })

export const validationSchema = z
  .object({
    requestHash: hash.meta({ description: 'Names the request' }),
    agentId: amount,
    validator: address,
    requestUri: text,
    requestedAt: instant,
    response: z
      .int()
      .nullable()
      .meta({ description: 'From 0, failed, to 100, passed; null until it answers' }),
    responseUri: text,
    responseHash: hash.nullable(),
    tag: text,
    answeredAt: instant.nullable(),
    block: height,
  })
  .meta({ id: 'Validation', description: 'What a validator was asked about an agent, and its last answer' })

/** A validation as the API shows it. */
export type ValidationView = z.infer<typeof validationSchema>

export function toValidationView({ logIndex: _, ...row }: ValidationRow): ValidationView {
  return {
    ...row,
    agentId: String(row.agentId),
    requestedAt: toInstant(row.requestedAt),
    answeredAt: orNull(row.answeredAt, toInstant),
  }
}
