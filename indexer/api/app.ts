import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import helmet from 'helmet'
import type { Logger } from 'pino'
import { a2aDoors } from './a2a/doors.ts'
import type { ApiContext } from './context.ts'
import { dashboard } from './dashboard.ts'
import { docsRoutes } from './docs-page.ts'
import { homePage } from './home-page.ts'
import { identify } from './keys/caller.ts'
import { limitRate } from './limits/rate-limit.ts'
import { isLimited } from './limits/rates.ts'
import type { LiveFeed } from './live-feed.ts'
import { isForeign } from './loopback.ts'
import { mcpDoor } from './mcp/door.ts'
import { payPerRead } from './payments/pay-per-read.ts'
import { Places } from './places.ts'
import { ApiError, internalError, sendProblem } from './problem.ts'
import type { Route } from './route.ts'
import { apiDocument, routes } from './routes/index.ts'
import { askService } from './routes/services.ts'
import { type StreamInit, streamHandler } from './stream.ts'
import { atRoute } from './traffic.ts'

/** The HTTP application: every failure a problem+json. */
export function createApp(context: ApiContext, feed: LiveFeed, streams: StreamInit, logger: Logger): Express {
  const app = express()
  app.set('query parser', 'simple')
  app.use(
    context.traffic.watch,
    secure,
    refuseForeignHosts(context),
    shareWithPages,
    refuseBodies,
    revalidate,
  )
  const document = apiDocument()
  const others: Pick<Route, 'method' | 'path' | 'handler'>[] = [
    askService,
    { method: 'get', path: '/v1/stream', handler: () => [streamHandler(context, feed, streams)] },
    {
      method: 'get',
      path: '/openapi.json',
      handler: () => [(_request, response) => void response.json(document)],
    },
  ]
  const post = limitRate('writes', context.rates)
  const { price } = context
  const sell = price === undefined ? undefined : payPerRead(context, price, post)
  const limits = { get: limitRate('reads', context.rates, sell), post }
  const escrow = () => context.network.deployment.contracts.intentEscrow
  app.use(identify(context.store, escrow))
  const init = { context, feed, watches: new Places(streams), stop: streams.stop, limits, logger }
  const doors = [mcpDoor(init), ...a2aDoors(init)]
  const listed = [...routes, ...others, ...doors.map(({ path }) => ({ method: 'post' as const, path }))]
  const pages = dashboard(() => context.network.rpcUrl)
  if (pages !== undefined) app.use(pages)
  const plain = { method: 'get', handler: () => [homePage(context, listed)] } as const
  others.push(...docsRoutes, { ...plain, path: '/api' }, { ...plain, path: '/' })
  for (const { path, handlers } of doors) {
    app
      .route(expressPath(path))
      .all(atRoute(path))
      .post(handlers)
      .all(refuseMethod(['post']))
  }
  // What is spelt out comes before what stands for anything.
  const byPath = Map.groupBy([...routes, ...others], ({ path }) => path)
  for (const [path, found] of [...byPath].toSorted(
    ([a], [b]) => Number(a.includes('{')) - Number(b.includes('{')),
  )) {
    const route = app.route(expressPath(path))
    route.all(atRoute(path))
    for (const { method, handler } of found) {
      route[method](...(isLimited(path) ? [limits[method]] : []), ...handler(context))
    }
    route.all(refuseMethod(found.map(({ method }) => method)))
  }
  app.use((request) => {
    throw new ApiError(404, 'ROUTE_UNKNOWN', 'Nothing is served at this path.', {
      field: 'path',
      received: request.path,
      remedy: 'GET /openapi.json lists the routes.',
    })
  })
  app.use(errorHandler(logger))
  return app
}

/** @param path in OpenAPI's form */
function expressPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1')
}

/**
 * Without what speaks of TLS: this server has none. Whether browsers shall insist on it, and for which domains, is for the
 * proxy to say that has the certificate; over http a page could not load what it is made of.
 */
const secure = helmet({
  strictTransportSecurity: false,
  contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
})

/** Behind a proxy on the same machine, let the proxy set `Host`. */
function refuseForeignHosts({ allowedHosts }: ApiContext): RequestHandler {
  return (request, _response, next) => {
    if (!isForeign(request, allowedHosts)) return next()
    throw new ApiError(403, 'HOST_FOREIGN', 'This API is not served under this name.', {
      field: 'Host',
      expected: ['localhost or 127.0.0.1', ...(allowedHosts ?? [])].join(', '),
      received: request.headers.host ?? '',
      remedy:
        'Ask by the address that it listens at, or have a proxy set `Host` to that; `mesh serve --allowed-host` names others.',
    })
  }
}

/**
 * Pages of any origin may read what is here, as an agent in a page must to join (`/v1/network`). That is safe, for all who ask
 * are told the same, but where a chain on this machine is: there is no cookie that would count, and `*` lets none be sent along.
 * Preflights are answered as any other method is, by 405, so a page can send a plain GET, and that alone: no key, no payment.
 * Whoever has a secret in its RPC URL must not serve it, to anybody. The check of `Host` stands before this one all the
 * same: a name that was made to point here is told nothing.
 */
const shareWithPages: RequestHandler = (_request, response, next) => {
  response.set({
    'Access-Control-Allow-Origin': '*',
    'Cross-Origin-Resource-Policy': 'cross-origin',
    Vary: 'Origin',
  })
  next()
}

/** Largest request body that is read only to be ignored, in bytes. */
const MAX_BODY = 16 * 1024

const refuseBodies: RequestHandler = (request, response, next) => {
  if (request.method === 'POST') return next()
  const length = Number(request.headers['content-length'] ?? 0)
  if (length <= MAX_BODY && request.headers['transfer-encoding'] === undefined) return next()
  response.set('Connection', 'close')
  throw new ApiError(413, 'BODY_TOO_LARGE', 'What is read takes no request bodies.', {
    field: 'body',
    expected: 'none',
    received: request.headers['content-length'] ?? 'chunks',
    remedy: 'Send a GET without a body; filters are query parameters, which GET /openapi.json lists.',
  })
}

/** Answers change with every block: caches ask each time, and get a 304 while nothing has changed. */
const revalidate: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-cache')
  next()
}

function refuseMethod(methods: Route['method'][]): RequestHandler {
  const allowed = methods.flatMap((method) => (method === 'get' ? ['GET', 'HEAD'] : ['POST']))
  return (request, response) => {
    response.set('Allow', allowed.join(', '))
    throw new ApiError(405, 'METHOD_NOT_ALLOWED', 'This path does not take this method.', {
      field: 'method',
      expected: allowed.join(' or '),
      received: request.method,
      remedy: 'GET /openapi.json lists what each path takes.',
    })
  }
}

function errorHandler(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    if (response.headersSent) {
      response.destroy()
      return
    }
    sendProblem(response, toApiError(error, logger, request.path))
  }
}

/** Express reports a malformed URL as an error with a status of its own. */
function toApiError(error: unknown, logger: Logger, path: string): ApiError {
  if (error instanceof ApiError) return error
  if (error instanceof URIError) {
    return new ApiError(400, 'PATH_INVALID', 'The path is not valid percent-encoding.', {
      field: 'path',
      expected: 'two hexadecimal digits after each %',
      received: path,
      remedy: 'Encode it as `encodeURIComponent` does.',
    })
  }
  const malformed = bodyFault(error)
  if (malformed !== undefined) return malformed
  if (error instanceof TypeError && 'code' in error && error.code === 'ERR_INVALID_URL') {
    return new ApiError(400, 'HOST_INVALID', 'Host and path are no URL.', {
      field: 'Host',
      expected: 'a host name, and a port',
      received: path,
      remedy: 'Ask by the URL that the server printed when it began.',
    })
  }
  logger.error({ err: error, path }, 'a request failed')
  return internalError()
}

/** What the parser of bodies makes of one, as an answer. */
function bodyFault(error: unknown): ApiError | undefined {
  if (!(error instanceof Error) || !('type' in error) || !('status' in error)) return undefined
  const isTooLarge = error.type === 'entity.too.large'
  const isOurs = typeof error.status !== 'number' || error.status >= 500
  if (isOurs) return undefined
  return new ApiError(
    isTooLarge ? 413 : 400,
    isTooLarge ? 'BODY_TOO_LARGE' : 'BODY_INVALID',
    isTooLarge ? 'A body is too large.' : 'A body is no JSON.',
    {
      field: 'body',
      expected: isTooLarge ? 'at most 65536 bytes' : 'a JSON object in UTF-8',
      remedy: 'GET /openapi.json says what each route takes.',
    },
  )
}
