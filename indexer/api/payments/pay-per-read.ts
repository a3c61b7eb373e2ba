import type { RequestHandler } from 'express'
import type { NetworkDescriptor } from '../../../protocol/deployment.ts'
import type { Address } from '../../../protocol/types.ts'
import type { ApiContext } from '../context.ts'
import { Till } from './till.ts'

/** What is sold, and to whom it is paid. */
export interface Price {
  /** Of a read beyond those that are free, in minor units of the market's token. */
  perRead: bigint
  /** Absent: the gateway. */
  payTo?: Address | undefined
}

/**
 * Sells reads beyond those that are free.
 *
 * @param limit bounds how often payments are tried: each is looked into, and may cost a transaction
 */
export function payPerRead(context: ApiContext, price: Price, limit: RequestHandler): RequestHandler {
  let till: { of: NetworkDescriptor; opened: Promise<Till> } | undefined
  const open = () => {
    const { network, token, gateway } = context
    if (till?.of === network) return till.opened
    const opened = Till.open({ network, token, gateway, payTo: price.payTo })
    till = { of: network, opened }
    opened.catch(() => {
      if (till?.opened === opened) till = undefined
    })
    return opened
  }
  return async (request, response, next) => {
    const charge = async () => (await open()).charge(price.perRead, context.url, [request, response, next])
    if (request.get('PAYMENT-SIGNATURE') === undefined) return charge()
    await limit(request, response, (error?: unknown) =>
      error === undefined ? charge().catch(next) : next(error),
    )
  }
}
