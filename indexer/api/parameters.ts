import { getAddress } from 'viem'
import { z } from 'zod'
import type { Hex } from '../../protocol/types.ts'

/** An address in either case; the index holds them checksummed. */
export const addressParameter = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, 'an address: 0x and 40 hexadecimal digits')
  .transform((text) => getAddress(text.toLowerCase()))

/** 32 bytes in either case; the index holds them in lower case. */
export const hashParameter = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, '32 bytes: 0x and 64 hexadecimal digits')
  .transform((text) => text.toLowerCase() as Hex)

/** An id of the identity registry. */
export const agentIdParameter = z
  .string()
  .regex(/^\d{1,78}$/, 'an agent id: decimal digits')
  .transform(BigInt)

/** Free text, such as a capability or an area. PostgreSQL refuses NUL. */
export const textParameter = z
  .string()
  .refine(
    (text) => text.length >= 1 && text.length <= 256 && !text.includes('\0'),
    'text of 1 to 256 characters without NUL',
  )
  .meta({ minLength: 1, maxLength: 256 })

/** By whom agreements and trades are chosen. */
export const partyFilters = {
  buyer: addressParameter.optional(),
  seller: addressParameter.optional(),
  agent: addressParameter.optional().meta({ description: 'Buyer or seller' }),
}
