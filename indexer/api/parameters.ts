import { isValidCell } from 'h3-js'
import { getAddress } from 'viem'
import { z } from 'zod'
import { isName } from '../../protocol/capability.ts'
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

/** Number of a slot of an energy market. */
export const slotParameter = z
  .string()
  .regex(/^\d{1,20}$/, 'the number of a slot: decimal digits')
  .transform(BigInt)

/** A time as what is signed has it. */
export const timeParameter = z
  .string()
  .regex(/^\d{1,20}$/, 'Unix seconds: decimal digits')
  .transform(BigInt)
  .meta({ example: '1735689600' })

/** The name of a capability. */
export const capabilityParameter = z
  .string()
  .refine(isName, 'the name of a capability, such as energy.supply')
  .meta({ example: 'energy.supply' })

/** An H3 cell in either case; the index holds them in lower case. */
export const areaParameter = z
  .string()
  .refine(isValidCell, 'an H3 cell, such as 871f8d099ffffff')
  .transform((text) => text.toLowerCase())
  .meta({ example: '871f8d099ffffff' })

/** By whom agreements and trades are chosen. */
export const partyFilters = {
  buyer: addressParameter.optional(),
  seller: addressParameter.optional(),
  agent: addressParameter.optional().meta({ description: 'Buyer or seller' }),
}
