import { z } from 'zod'
import type { Attribute, Capability } from '../../protocol/types.ts'
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

export const capabilityClaimSchema = z
  .object({
    name,
    version: z.string(),
    model: z.string(),
    attributes: z.array(attributeSchema),
  })
  .meta({ id: 'CapabilityClaim', description: 'What an agent says that it can do' })

/** A capability as the API shows it. */
export type CapabilityClaimView = z.infer<typeof capabilityClaimSchema>

/** A capability as agents have it. */
export function toCapability({ attributes, ...capability }: CapabilityClaimView): Capability {
  return { ...capability, attributes: attributes.map(toAttribute) }
}

function toAttribute(attribute: AttributeView): Attribute {
  switch (attribute.type) {
    case 'range':
      return { ...attribute, min: BigInt(attribute.min), max: BigInt(attribute.max) }
    case 'span':
      return { ...attribute, from: BigInt(attribute.from), to: BigInt(attribute.to) }
    default:
      return attribute
  }
}
