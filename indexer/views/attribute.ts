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
  .meta({ id: 'Attribute', description: 'What is asked for beyond price, area and time' })

/** An attribute as the API shows it, and the index keeps it. */
export type AttributeView = z.infer<typeof attributeSchema>
