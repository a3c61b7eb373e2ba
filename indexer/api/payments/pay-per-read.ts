import type { RequestHandler } from 'express'
import type { ApiContext } from '../context.ts'

/**
 * Sells reads beyond those that are free.
 *
 * @param price of one, in minor units
 * @param limit bounds how often payments are tried: each is looked into, and may cost a transaction
 */
export function payPerRead(context: ApiContext, price: bigint, limit: RequestHandler): RequestHandler {
  return async (request, response, next) => {
    const charge = async () =>
      (await context.till()).charge(
        { amount: price, what: 'A read beyond the free ones', base: context.url },
        [request, response, next],
      )
    if (request.get('PAYMENT-SIGNATURE') === undefined) return charge()
    await limit(request, response, (error?: unknown) =>
      error === undefined ? charge().catch(next) : next(error),
    )
  }
}
