import { z } from 'zod'
import type { FeedbackRow } from '../store/tables/reputation.ts'
import { address, amount, hash, height, instant, orNull, toInstant } from './scalars.ts'

const text = z.string().nullable().meta({ description: 'Null when too long to be kept' })

export const feedbackSchema = z
  .object({
    agentId: amount,
    client: address,
    index: amount.meta({ description: "Which one of the client's about this agent, from 1" }),
    value: amount.meta({ description: 'With `decimals` digits after the point' }),
    decimals: z.int(),
    tag1: text,
    tag2: text,
    endpoint: text,
    uri: text,
    hash: hash.meta({ description: 'Keccak-256 of what is at the URI' }),
    revoked: z.boolean(),
    responses: z.int().meta({ description: 'Answers to it on chain' }),
    agreement: hash.nullable().meta({
      description: 'What it is about; null when nothing stands behind it, and then it counts in no score',
    }),
    owner: address.nullable().meta({ description: 'Whom it is credited to' }),
    weight: amount
      .nullable()
      .meta({ description: 'Fee of the agreement in units of weight; 0 of a token that does not count' }),
    rating: z.int().nullable().meta({ description: 'Hundredths of a per cent' }),
    givenAt: instant,
    tx: hash,
    block: height,
  })
  .meta({ id: 'Feedback', description: 'What a client left about an agent' })

/** Feedback as the API shows it. */
export type FeedbackView = z.infer<typeof feedbackSchema>

export function toFeedbackView({ logIndex: _, ...row }: FeedbackRow): FeedbackView {
  return {
    ...row,
    agentId: String(row.agentId),
    index: String(row.index),
    value: String(row.value),
    weight: orNull(row.weight, String),
    givenAt: toInstant(row.givenAt),
  }
}
