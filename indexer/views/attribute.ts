import { z } from 'zod'
import { amount, unixSeconds } from './scalars.ts'

const name = z.string()

export const attributeSchema = z
  .discriminatedUnion('type', [
    z.object({ name, type: z.literal('range'), min: amount, max: amount }),
    z.object({ name, type: z.literal('span'), from: unixSeconds, to: unixSeconds }),
    z.object({ name, type: z.literal('set'), values: z.array(z.string()) }),
    z.object({ name, type: z.literal('area'), cells: z.array(z.string()) }),
  ])
  .meta({
    id: 'Attribute',
    description: 'What more is said: a range of numbers, a span of time, words, or H3 cells',
  })

/** An attribute as the API shows it. */
export type AttributeView = z.infer<typeof attributeSchema>
