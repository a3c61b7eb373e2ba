import { once } from 'node:events'
import type { RouteConfig } from '@asteasolutions/zod-to-openapi'
import { createSession, type Session } from 'better-sse'
import type { RequestHandler, Response } from 'express'
import { z } from 'zod'
import { toJson } from '../../protocol/json.ts'
import { type ApiContext, readWithMeta } from './context.ts'
import type { LiveFeed } from './live-feed.ts'
import { ApiError, problemSchema } from './problem.ts'
import { none, parse } from './route.ts'
import type { ConnectionLimits } from './server.ts'
import { Shares } from './shares.ts'

/** Most clients that listen at the same time, unless it is said otherwise. */
export const MAX_CLIENTS = 100
/** Events that are written before looking whether the client has read them. */
const PAGE = 100
/** A client that has not read what it was sent for so long is let go, in milliseconds. */
const SLOW_CLIENT = 30_000
/** About how long a client waits before it comes back to a server that is being stopped, in milliseconds. */
const COME_BACK = 2_000

export const streamDocumentation: RouteConfig = {
  method: 'get',
  path: '/v1/stream',
  summary: 'Live events (Server-Sent Events)',
  description: [
    'Event names: `agreement.opened`, `agreement.settled`, `agreement.refunded`, `agreement.cancelled`,',
    '`proposal.created`, `proposal.queued`, `proposal.executed`, `proposal.canceled`, `parameter.changed`,',
    '`round.opened`, `round.cancelled`, `round.settled`, `slot.cleared`, `dispute.opened`, `dispute.ruled`, `dispute.silent`,',
    '`feedback.given`, `agent.registered`, `agent.changed`, `intent`, `offer`, `reorg` (what was told of blocks from',
    '`data.from` on no longer holds) and `reset` (events were missed, or the chain is another one: read the lists again).',
    '`data` is JSON `{ data, meta }`.',
    'A client that sends `Last-Event-ID` goes on after that event.',
  ].join(' '),
  request: { headers: z.object({ 'Last-Event-ID': z.string().optional() }) },
  responses: {
    200: {
      description: 'Events until the client leaves',
      content: { 'text/event-stream': { schema: z.string() } },
    },
    503: {
      description: 'As many clients are listening as may, or as many of one address',
      content: { 'application/problem+json': { schema: problemSchema } },
    },
  },
}

/** What ends the streams, and how many there may be at a time. */
export interface StreamInit extends ConnectionLimits {
  stop: AbortSignal
}

/**
 * Serves live events. Each client has its own place in the outbox, so a slow one costs no memory, only itself.
 */
export function streamHandler(
  context: ApiContext,
  feed: LiveFeed,
  { stop, all, perAddress }: StreamInit,
): RequestHandler {
  const shares = new Shares(perAddress)
  let clients = 0
  return async (request, response) => {
    parse(none.strict(), request.query, 'query')
    if (request.method === 'HEAD') {
      response.set('Content-Type', 'text/event-stream').end()
      return
    }
    const leave = clients < all ? shares.take(request.socket.remoteAddress) : undefined
    if (leave === undefined) {
      response.set('Retry-After', '10')
      throw new ApiError(503, 'STREAM_FULL', 'Too many clients are listening.', {
        expected: `at most ${all}, ${perAddress} of one address`,
        remedy: 'Try again later, or poll the lists.',
      })
    }
    clients++
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    try {
      const session = await createSession(request, response, { serializer: String })
      const signal = AbortSignal.any([gone.signal, stop])
      await tell(context, feed, session, response, signal)
    } catch (error) {
      if (!gone.signal.aborted && !stop.aborted) throw error
    } finally {
      clients--
      leave()
      if (response.headersSent) response.end(stop.aborted ? comeBack() : undefined)
    }
  }
}

/** Asks a client to come back, not all of them at once: to this process when it is back, or to another one. */
function comeBack(): string {
  return `retry:${Math.round(COME_BACK * (0.5 + Math.random()))}\n\n`
}

async function tell(
  context: ApiContext,
  feed: LiveFeed,
  session: Session,
  response: Response,
  signal: AbortSignal,
): Promise<void> {
  let last = await start(context, feed, session)
  while (!signal.aborted) {
    await feed.wait(last, signal)
    const events = await feed.after(last, PAGE)
    for (const { type, data, id } of events) session.push(data, type, String(id))
    last = events.at(-1)?.id ?? last
    if (response.writableNeedDrain) await drained(response, signal)
  }
}

/** Where the client goes on from; one that cannot is told to read the lists again. */
async function start(context: ApiContext, feed: LiveFeed, session: Session): Promise<number> {
  if (session.lastId === '') return feed.newest
  const id = /^\d{1,16}$/.test(session.lastId) ? Number(session.lastId) : -1
  if (feed.canResume(id)) return id
  const newest = feed.newest
  const reset = await readWithMeta(context, async () => ({}))
  session.push(toJson(reset), 'reset', String(newest))
  return newest
}

async function drained(response: Response, signal: AbortSignal): Promise<void> {
  await once(response, 'drain', { signal: AbortSignal.any([signal, AbortSignal.timeout(SLOW_CLIENT)]) })
}
