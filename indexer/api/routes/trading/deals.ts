import { z } from 'zod'
import { metaSchema } from '../../../views/meta.ts'
import { amount, bytes } from '../../../views/scalars.ts'
import { readWithMeta } from '../../context.ts'
import { hashParameter } from '../../parameters.ts'
import { ApiError } from '../../problem.ts'
import { defineRoute, none } from '../../route.ts'
import { guestsOf } from './guests.ts'
import { id, state } from './members.ts'

const transaction = z.object({
  name: z.enum(['open', 'revoke', 'cancel', 'dispute']),
  to: z.string(),
  data: bytes,
})

export const deal = defineRoute({
  path: '/v1/agreements/{id}/deal',
  summary:
    'How far a deal is that is made through this API, and what its party can do by a transaction of its own',
  params: z.object({ id: hashParameter }),
  filters: none,
  paging: none,
  response: z.object({
    data: z.object({
      id,
      state,
      role: z.enum(['buyer', 'seller']).meta({ description: 'The side that trades through this API' }),
      paid: amount.optional().meta({ description: 'What the seller got, once it has ended' }),
      transactions: z.array(transaction).meta({ description: 'Unsigned; send one from the own account' }),
    }),
    meta: metaSchema,
  }),
  problems: { 404: 'No such deal here, or it came to nothing', 503: 'Nobody is traded for here' },
  async answer({ params }, context) {
    const { guests } = guestsOf(context)
    const found = guests.deal(params.id)
    if (found === undefined) throw unknownDeal(params.id)
    const { state: reached, role, outcome } = found
    return readWithMeta(context, async () => ({
      ...{ id: params.id, state: reached, role, transactions: guests.transactions(found) },
      ...(outcome === undefined ? {} : { paid: String(outcome.paid) }),
    }))
  },
})

function unknownDeal(received: string): ApiError {
  return new ApiError(404, 'DEAL_UNKNOWN', 'There is no such deal here.', {
    field: 'id',
    received,
    remedy:
      'It came to nothing, or goes through another API: what is on chain `GET /v1/agreements/{id}` tells.',
  })
}
