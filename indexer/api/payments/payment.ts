import { z } from 'zod'
import { expectation } from '../../../protocol/expectation.ts'
import type { Hex } from '../../../protocol/types.ts'
import { ApiError } from '../problem.ts'

/** Most characters of a header: a payment takes a thousand. */
const MAX_LENGTH = 8_192

const uint = z.string().regex(/^\d{1,78}$/, 'a whole number in decimal digits')
const address = hex(40, 'an address: 0x and 40 hexadecimal digits')
const short = z.string().max(256)

const paymentSchema = z.object({
  x402Version: z.literal(2),
  accepted: z.object({ scheme: short, network: short, amount: uint, asset: address, payTo: address }),
  // EIP-3009: the one way of the scheme `exact` that is taken here.
  payload: z.object({
    signature: hex(130, 'a signature: 0x and 130 hexadecimal digits'),
    authorization: z.object({
      from: address,
      to: address,
      value: uint.transform(BigInt),
      validAfter: uint.transform(BigInt),
      validBefore: uint.transform(BigInt),
      nonce: hex(64, '32 bytes: 0x and 64 hexadecimal digits'),
    }),
  }),
})

/** What a client says that it pays, as x402 has it; well-formed, and not compared with anything yet. */
export type Payment = z.output<typeof paymentSchema>

/**
 * Reads the header `PAYMENT-SIGNATURE`: base64 of JSON.
 *
 * @throws ApiError 400 `PAYMENT_MALFORMED`
 */
export function parsePayment(header: string): Payment {
  if (header.length > MAX_LENGTH) throw malformed(undefined, `at most ${MAX_LENGTH} characters`)
  const result = paymentSchema.safeParse(decoded(header), { error: expectation })
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw malformed(issue?.path.join('.'), issue?.message)
}

function decoded(header: string): unknown {
  try {
    return JSON.parse(Buffer.from(header, 'base64').toString())
  } catch {
    throw malformed(undefined, 'base64 of JSON')
  }
}

function malformed(field: string | undefined, expected: string | undefined): ApiError {
  return new ApiError(400, 'PAYMENT_MALFORMED', 'A payment is malformed.', {
    field: field || 'PAYMENT-SIGNATURE',
    expected,
    remedy: 'Pay by x402 version 2, scheme `exact`, with EIP-3009, as `@x402/fetch` does.',
  })
}

function hex(digits: number, expected: string) {
  return z
    .string()
    .regex(new RegExp(`^0x[0-9a-fA-F]{${digits}}$`), expected)
    .transform((text) => text.toLowerCase() as Hex)
}
