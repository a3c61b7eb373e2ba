import type { RequestHandler } from 'express'
import { LOOPBACK_HOST } from './loopback.ts'
import { ApiError } from './problem.ts'

/**
 * Refuses what pages of elsewhere send where a page could have a model's tools called, or a task done: the Model Context
 * Protocol asks for it (transports, security). A program sends no `Origin`; pages of this machine, and of the host that is
 * asked, may.
 *
 * @throws ApiError 403 `ORIGIN_FOREIGN`
 */
export const refuseForeignOrigins: RequestHandler = ({ headers: { origin, host } }, _response, next) => {
  if (origin === undefined) return next()
  const from = URL.canParse(origin) ? new URL(origin).host : ''
  if (LOOPBACK_HOST.test(from) || (from !== '' && from === host)) return next()
  throw new ApiError(403, 'ORIGIN_FOREIGN', 'Pages of other sites may not ask here.', {
    field: 'Origin',
    expected: 'none, a page of this machine, or one of this host',
    received: origin,
    remedy: 'Ask from a program, or by a page that this host serves.',
  })
}
