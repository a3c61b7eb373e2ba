import type { Gateway } from '../../../gateway.ts'
import type { ApiContext } from '../../context.ts'
import { ApiError } from '../../problem.ts'

type Trading = Gateway & Required<Pick<Gateway, 'guests' | 'guestIntent'>>

/** The mesh node that trades for whoever has a key and no node. @throws ApiError 503 where there is none */
export function guestsOf({ gateway }: ApiContext): Trading {
  if (trades(gateway)) return gateway
  throw new ApiError(
    503,
    'GATEWAY_MISSING',
    'This API reads, and has no node in the mesh to trade through.',
    {
      remedy: 'Ask the API of one that has, as `mesh up` serves it.',
    },
  )
}

function trades(gateway: Gateway | undefined): gateway is Trading {
  return gateway?.guests !== undefined && gateway.guestIntent !== undefined
}
