import type { RequestHandler } from 'express'
import { rateLimit } from 'express-rate-limit'
import { ApiError } from '../problem.ts'
import { groupOf } from '../shares.ts'
import { isSold, type Rates } from './rates.ts'

const WINDOW = 60_000

/**
 * Bounds how often one IPv4 address, or IPv6 /64, asks. `RateLimit` and `RateLimit-Policy` tell how often it still may
 * (draft-ietf-httpapi-ratelimit-headers-08).
 *
 * @param kind what is counted, each by itself
 * @param sell goes on with what is beyond that; absent: it is refused
 */
export function limitRate(kind: keyof Rates, rates: Rates, sell?: RequestHandler): RequestHandler {
  return rateLimit({
    windowMs: WINDOW,
    limit: rates[kind],
    identifier: kind,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // None are free where there is a price for each.
    validate: { limit: false },
    keyGenerator: ({ socket }) => groupOf(socket.remoteAddress),
    handler: (request, response, next) =>
      sell !== undefined && isSold(request.method, request.path)
        ? sell(request, response, next)
        : next(tooOften(kind, rates[kind])),
  })
}

function tooOften(kind: keyof Rates, perMinute: number): ApiError {
  return new ApiError(429, 'TOO_OFTEN', 'One address asks for too much.', {
    expected: `at most ${perMinute} ${kind} a minute`,
    remedy: 'Wait for as long as `Retry-After` says.',
  })
}
