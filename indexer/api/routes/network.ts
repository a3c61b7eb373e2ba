import { z } from 'zod'
import { eachContract } from '../../../protocol/deployment.ts'
import { metaSchema } from '../../views/meta.ts'
import { address, hash, height } from '../../views/scalars.ts'
import { readWithMeta } from '../context.ts'
import { LOOPBACK_HOST } from '../loopback.ts'
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
    rpcUrl: z.string().optional().meta({
      description:
        'JSON-RPC of the chain; not for pages of other machines’ origins where it is on this machine',
    }),
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
  answer: (_input, context, { headers: { origin } }) =>
    readWithMeta(context, async () => {
      const { rpcUrl, ...rest } = context.network
      const isKept = origin !== undefined && isOfThisMachine(rpcUrl) && !isOfThisMachine(origin)
      return isKept ? rest : context.network
    }),
})

/**
 * A page of elsewhere could speak to a chain on this machine as whoever has opened the page: it is not told the port. To hear
 * and be heard in the mesh it needs none.
 */
function isOfThisMachine(url: string): boolean {
  return URL.canParse(url) && LOOPBACK_HOST.test(new URL(url).hostname)
}
