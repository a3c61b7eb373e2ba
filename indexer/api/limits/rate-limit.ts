import type { Request, RequestHandler } from 'express'
import { rateLimit } from 'express-rate-limit'
import { callerOf, refuseUnknown } from '../keys/caller.ts'
import { ApiError } from '../problem.ts'
import { groupOf } from '../shares.ts'
import { isSold, type Rates, TIERS } from './rates.ts'

const WINDOW = 60_000

/**
 * Bounds how often one asks, each as its tier says. `RateLimit` and `RateLimit-Policy` tell how often it still may
 * (draft-ietf-httpapi-ratelimit-headers-08).
 *
 * @param kind what is counted, each by itself
 * @param sell goes on with what is beyond that; absent: it is refused
 */
export function limitRate(kind: keyof Rates, rates: Rates, sell?: RequestHandler): RequestHandler {
  const perMinute = (request: Request) => rates[kind] * TIERS[callerOf(request).tier]
  const limit = rateLimit({
    windowMs: WINDOW,
    limit: perMinute,
    identifier: (request) => `${callerOf(request).tier}-${kind}`,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // None are free where there is a price for each.
    validate: { limit: false },
    keyGenerator: shareOf,
    handler: (request, response, next) =>
      sell !== undefined && isSold(request)
        ? sell(request, response, next)
        : next(tooOften(kind, perMinute(request))),
  })
  // Also what is sent with a key that is none counts.
  return (request, response, next) =>
    limit(request, response, (error) =>
      error === undefined ? refuseUnknown(request, response, next) : next(error),
    )
}

/** Whose requests are counted together. Addresses cost nothing to make, stake does: who has none has no share of its own. */
function shareOf(request: Request): string {
  const { tier, owner } = callerOf(request)
  return tier === 'staked' ? `${owner}` : `${tier} ${groupOf(request.socket.remoteAddress)}`
}

function tooOften(kind: keyof Rates, perMinute: number): ApiError {
  return new ApiError(429, 'TOO_OFTEN', 'You ask too often.', {
    expected: `at most ${perMinute} ${kind} a minute`,
    remedy:
      'Wait for as long as `Retry-After` says; with an API key you may ask more often (POST /v1/keys/prepare).',
  })
}
