import type { Request, RequestHandler } from 'express'
import type { Logger } from 'pino'
import { jsonBody } from './action.ts'
import type { ApiContext } from './context.ts'
import type { LiveFeed } from './live-feed.ts'
import { refuseForeignOrigins } from './origin.ts'
import type { Places } from './places.ts'
import { ApiError } from './problem.ts'

/** An endpoint that speaks another protocol than REST, by JSON-RPC over POST. */
export interface Door {
  /** In OpenAPI's form, as those of routes. */
  path: string
  handlers: RequestHandler[]
}

/** What doors need. */
export interface DoorInit {
  context: ApiContext
  feed: LiveFeed
  /** For those who wait. */
  watches: Places
  /** Ends what is under way. */
  stop: AbortSignal
  /** How often one address may ask, and have something done, here and over REST. */
  limits: { get: RequestHandler; post: RequestHandler }
  logger: Logger
}

/**
 * Reads one JSON-RPC message from a program.
 *
 * @param isAction whether a message has something done
 */
export function jsonRpc({ limits }: DoorInit, isAction: (message: unknown) => boolean): RequestHandler[] {
  return [
    refuseForeignOrigins,
    ...jsonBody,
    refuseBatches,
    (request, response, next) => limits[isAction(request.body) ? 'post' : 'get'](request, response, next),
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
