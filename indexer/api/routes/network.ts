import { z } from 'zod'
import { eachContract } from '../../../protocol/deployment.ts'
import { metaSchema } from '../../views/meta.ts'
import { address, hash, height } from '../../views/scalars.ts'
import { readWithMeta } from '../context.ts'
import { defineRoute, none } from '../route.ts'

const networkSchema = z
  .object({
    deployment: z.object({
      chainId: z.int(),
      genesisHash: hash,
      salt: hash,
      fromBlock: height,
      contracts: z.object(eachContract(address, address.optional())),
    }),
    rpcUrl: z.string(),
    bootstrapPeers: z.array(z.string()).meta({ description: 'Multiaddrs with peer ids' }),
    area: z.string().meta({ description: 'H3 cell of the community' }),
  })
  .meta({ id: 'Network', description: 'Everything that a newcomer needs to join' })

export const network = defineRoute({
  path: '/v1/network',
  summary: 'What an agent needs to join this market',
  params: none,
  filters: none,
  paging: none,
  response: z.object({ data: networkSchema, meta: metaSchema }),
  answer: (_input, context) => readWithMeta(context, async () => context.network),
})
