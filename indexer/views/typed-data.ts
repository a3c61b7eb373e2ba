import { z } from 'zod'

/** What a wallet signs by `eth_signTypedData_v4`. */
export const typedDataSchema = z
  .object({
    domain: z.record(z.string(), z.unknown()),
    types: z.record(z.string(), z.array(z.object({ name: z.string(), type: z.string() }))),
    primaryType: z.string(),
    message: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'TypedData', description: 'What a wallet signs by `eth_signTypedData_v4` (EIP-712)' })
