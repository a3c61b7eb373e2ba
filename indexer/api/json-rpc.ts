import type { Request, RequestHandler } from 'express'
import type { Logger } from 'pino'
import { jsonBody } from './action.ts'
import type { ApiContext } from './context.ts'
import type { LiveFeed } from './live-feed.ts'
import { refuseForeignOrigins } from './origin.ts'
import type { Places } from './places.ts'
import { ApiError } from './problem.ts'

/** What doors other than REST have in common. */
export interface DoorInit {
  context: ApiContext
  feed: LiveFeed
  /** For those who wait. */
  watches: Places
  /** Ends what is under way. */
  stop: AbortSignal
  /** Bounds how often one address has something done, here and over REST. */
  limit: RequestHandler
  logger: Logger
}

/**
 * Reads one JSON-RPC message from a program.
 *
 * @param limit bounds how often one address has something done
 * @param isAction whether a message counts among that
 */
export function jsonRpc(limit: RequestHandler, isAction: (message: unknown) => boolean): RequestHandler[] {
  return [
    refuseForeignOrigins,
    ...jsonBody,
    refuseBatches,
    (request, response, next) => (isAction(request.body) ? limit(request, response, next) : next()),
  ]
}

/** One request is one call: what bounds requests would else bound nothing. */
const refuseBatches: RequestHandler = ({ body }: Request, _response, next) => {
  if (!Array.isArray(body)) return next()
  throw new ApiError(400, 'BATCH_REFUSED', 'A batch is more than is taken at once.', {
    field: 'body',
    expected: 'one JSON-RPC message',
    received: `${body.length} of them`,
    remedy: 'Send one message in each request.',
  })
}
