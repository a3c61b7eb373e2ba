import { AsyncLocalStorage } from 'node:async_hooks'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler } from '@modelcontextprotocol/server'
import type { Request, RequestHandler } from 'express'
import type { Logger } from 'pino'
import { jsonBody } from '../action.ts'
import type { ApiContext } from '../context.ts'
import type { LiveFeed } from '../live-feed.ts'
import { refuseForeignOrigins } from '../origin.ts'
import { Places } from '../places.ts'
import { ApiError } from '../problem.ts'
import type { StreamInit } from '../stream.ts'
import { isAction, mcpServer } from './server.ts'
import type { Asking } from './tool.ts'

interface McpInit {
  context: ApiContext
  feed: LiveFeed
  streams: StreamInit
  /** How often one address may ask, and have something done, here and over REST. */
  limits: { get: RequestHandler; post: RequestHandler }
  logger: Logger
}

/**
 * Serves the market to language models by the Model Context Protocol (streamable HTTP). No session is kept: each request is
 * answered by itself, in the revision that the client speaks.
 */
export function mcpHandlers({ context, feed, streams, limits, logger }: McpInit): RequestHandler[] {
  const watches = new Places(streams)
  const asking = new AsyncLocalStorage<Asking>()
  const handler = createMcpHandler(() => mcpServer(asking.getStore() as Asking, logger))
  streams.stop.addEventListener('abort', () => void handler.close(), { once: true })
  const serve = toNodeHandler(handler)
  return [
    refuseForeignOrigins,
    ...jsonBody,
    refuseBatches,
    (request, response, next) => limits[isAction(request.body) ? 'post' : 'get'](request, response, next),
    async (request, response) => {
      const gone = new AbortController()
      response.once('close', () => gone.abort())
      const signal = AbortSignal.any([gone.signal, streams.stop])
      await asking.run({ context, feed, watches, request, signal }, () =>
        serve(request, response, request.body),
      )
    },
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
