import { getAddress, isAddress } from 'viem'
import { z } from 'zod'
import { structs } from '../../protocol/eip712.ts'
import { MAX_ATTRIBUTES, MAX_LIST_ENTRIES, MAX_STRING_BYTES } from '../../protocol/limits.ts'
import type {
  Address,
  Agreement,
  Attribute,
  Conditions,
  Delivery,
  Funding,
  Hex,
  Intent,
  Terms,
} from '../../protocol/types.ts'
import { areaParameter, capabilityParameter, hashParameter } from './parameters.ts'

/** What clients send in bodies. An integer is a decimal string, or a number where JSON does not round it. */

const DIGITS = 'a whole number in decimal digits'

/** A member that may be left out; OpenAPI lists it as required unless it takes `undefined`, which JSON has no word for. */
export function optionalInput<T extends z.ZodType>(schema: T): z.ZodExactOptional<T> {
  return schema.optional() as unknown as z.ZodExactOptional<T>
}

/** @param bits of its type in Solidity */
export function uint(bits: number) {
  const largest = 2n ** BigInt(bits) - 1n
  return z
    .union([z.string().regex(/^\d{1,78}$/, DIGITS), z.int().nonnegative()], DIGITS)
    .transform(BigInt)
    .refine((value) => value <= largest, `at most ${largest}`)
    .meta({ type: 'string' })
}

const int64 = z
  .union([z.string().regex(/^-?\d{1,19}$/, DIGITS), z.int()], DIGITS)
  .transform(BigInt)
  .refine((value) => value >= -(2n ** 63n) && value < 2n ** 63n, 'a number of 64 bits')
  .meta({ type: 'string' })

export const signatureInput = z
  .string()
  .regex(/^0x[0-9a-fA-F]{130}$/, 'a signature: 0x and 130 hexadecimal digits')
  .transform((text) => text.toLowerCase() as Hex)

const text = z.string().max(MAX_STRING_BYTES)
const texts = z.array(text).max(64)

const attributeInput: z.ZodType<Attribute> = z.discriminatedUnion('type', [
  z.strictObject({ name: text, type: z.literal('range'), min: int64, max: int64 }),
  z.strictObject({ name: text, type: z.literal('span'), from: int64, to: int64 }),
  z.strictObject({ name: text, type: z.literal('set'), values: texts }),
  z.strictObject({ name: text, type: z.literal('area'), cells: texts }),
])

/** An address as it is signed: mixed case has to be the checksum's, for a slip of one digit sends money elsewhere. */
export const addressInput = z
  .string()
  .refine(
    (text): text is Address => isAddress(text),
    'an address: 0x and 40 hexadecimal digits, as its checksum has them',
  )
  .transform((address) => getAddress(address))

const wish = {
  side: z.enum(['buy', 'sell']),
  capability: capabilityParameter,
  quantity: uint(64).meta({ description: "In the capability's unit (energy: Wh)", example: '5000' }),
  price: uint(64).meta({ description: 'Minor units per lot; where offers begin', example: '200000' }),
  lot: uint(64).meta({ description: 'Units of quantity that one price buys; energy: 1000', example: '1000' }),
  start: uint(64).meta({ description: 'Of the delivery, Unix seconds', example: '1798761600' }),
  end: uint(64).meta({ description: 'Of the delivery, Unix seconds', example: '1798762500' }),
}
const attributes = z.array(attributeInput).max(MAX_ATTRIBUTES)

/** What somebody wants; the rest of an intent is the gateway's to say. */
export const draftInput = z.strictObject({
  agent: addressInput.meta({ description: 'Whose key signs' }),
  ...wish,
  area: optionalInput(areaParameter).meta({
    description: 'H3 cell of the delivery; that of the market when absent',
  }),
  life: optionalInput(uint(32)).meta({ description: 'Seconds until it expires, 30 when absent' }),
  attributes: optionalInput(attributes),
  replay: optionalInput(z.boolean()).meta({ description: 'Whether the delivery may be over already' }),
})

/** An intent as it was signed. */
export const intentInput: z.ZodType<Intent> = z.strictObject({
  agent: addressInput,
  ...wish,
  area: z.union([areaParameter, z.literal('')]),
  expiry: uint(64),
  nonce: uint(256),
  endpoints: z.array(text).max(MAX_LIST_ENTRIES),
  attributes,
})

/** A struct as it was signed (EIP-712), member by member. @param name of one in which no struct stands but conditions, as their hash */
function structInput<T>(name: 'Agreement' | 'Conditions' | 'Terms' | 'Delivery'): z.ZodType<T> {
  const members = structs[name].fields.map((field) => [field.name, memberInput(field.type)])
  return z.strictObject(Object.fromEntries(members)).meta({ id: `${name}Input` }) as unknown as z.ZodType<T>
}

function memberInput(type: string): z.ZodType {
  if (type.startsWith('uint')) return uint(Number(type.slice('uint'.length)))
  if (type === 'address') return addressInput
  if (type === 'string') return text
  return hashParameter
}

/** What a guest offers, as it was signed. */
export const offerInput = z.strictObject({
  agreement: structInput<Agreement>('Agreement'),
  conditions: structInput<Conditions>('Conditions'),
  terms: structInput<Terms>('Terms'),
  signature: signatureInput,
})

/** What a guest wants to offer. */
export const proposalInput = z.strictObject({
  agent: addressInput.meta({ description: 'Whose key signs, and whose stake answers' }),
  intent: hashParameter,
  quantity: uint(64).meta({ description: "In the capability's unit, at most what the intent asks for" }),
  price: uint(64).meta({ description: 'Minor units per lot' }),
  duration: optionalInput(uint(32)).meta({
    description:
      'Seconds from the end of the delivery until what was not delivered is refunded, 120 when absent',
  }),
})

/** What a guest says that it has delivered; `evidence` is a hash of what shows it besides. */
export const deliveryInput = z.strictObject({
  quantity: uint(64),
  evidence: optionalInput(hashParameter),
})

export const statementInput = z.strictObject({
  delivery: structInput<Delivery>('Delivery'),
  signature: signatureInput.meta({ description: 'Under `delivery`' }),
  report: signatureInput.meta({ description: 'Under `report`, for a buyer that does not answer' }),
})

/** How a buyer pays. */
export const fundingInput: z.ZodType<Funding> = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('balance') }),
    z.strictObject({
      kind: z.literal('authorization'),
      validAfter: uint(64),
      validBefore: uint(64),
      signature: signatureInput,
    }),
    z.strictObject({
      kind: z.literal('permit'),
      value: uint(128),
      deadline: uint(64),
      signature: signatureInput,
    }),
  ])
  .meta({ id: 'Funding', description: 'From the ledger, or from the wallet by EIP-3009 or EIP-2612' })
