import { z } from 'zod'
import { hash, height } from './scalars.ts'

export const metaSchema = z
  .object({ blockNumber: height, blockHash: hash, chainId: z.int() })
  .meta({ id: 'Meta', description: 'The block that the answer is true of' })

/** The block that an answer is true of. */
export type Meta = z.infer<typeof metaSchema>
