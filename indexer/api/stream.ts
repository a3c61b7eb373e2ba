import { once } from 'node:events'
import type { RouteConfig } from '@asteasolutions/zod-to-openapi'
import { createEventBuffer, createSession, type Session } from 'better-sse'
import type { RequestHandler, Response } from 'express'
import { z } from 'zod'
import { toJson } from '../../protocol/json.ts'
import { EVENT_TYPES } from '../views/event-type.ts'
import { type ApiContext, readWithMeta } from './context.ts'
import { type EventFilter, eventFilters, filterOf } from './event-filter.ts'
import type { LiveFeed } from './live-feed.ts'
import { ApiError, problemSchema } from './problem.ts'
import { parse } from './route.ts'
import type { ConnectionLimits } from './server.ts'
import { Shares } from './shares.ts'

/** Most clients that listen at the same time, unless it is said otherwise. */
export const MAX_CLIENTS = 100
/**
 * Events that are written before looking whether the client has read them, and of which it may be told nothing until it is told
 * its place: so one whose filter is narrow comes back to a place that is still kept.
 */
const PAGE = 100
/** A client that has not read what it was sent for so long is cut off, in milliseconds. */
const PATIENCE = 30_000
/** About how long a client waits before it comes back to a server that is being stopped, in milliseconds. */
const COME_BACK = 2_000

const parameters = eventFilters.extend({
  lastEventId: z
    .string()
    .optional()
    .meta({ description: 'As the header `Last-Event-ID`, for pages, which cannot set it' }),
})

export const streamDocumentation: RouteConfig = {
  method: 'get',
  path: '/v1/stream',
  summary: 'Live events (Server-Sent Events)',
  description: [
    `Event names: ${EVENT_TYPES.map((type) => `\`${type}\``).join(', ')}.`,
    '`reorg`: what was told of blocks from `data.from` on no longer holds. `reset`: events were missed, or the chain is another',
    'one: read the lists again. These two come whatever is asked for. `data` is JSON `{ data, meta }`.',
    'Each filter takes several values with commas between them, of which an event has to have one; all filters have to hold.',
    'A client that sends `Last-Event-ID` goes on after that event. One that was told nothing of a hundred events gets its place,',
    'as `id:` without an event, which browsers take note of by themselves.',
  ].join(' '),
  request: { query: parameters, headers: z.object({ 'Last-Event-ID': z.string().optional() }) },
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
  /** Milliseconds until a client that takes nothing is cut off, 30 s when absent. */
  patience?: number
}

/**
 * Serves live events. Each client has its own place in the outbox, so a slow one costs no memory, only itself.
 */
export function streamHandler(
  context: ApiContext,
  feed: LiveFeed,
  { stop, all, perAddress, patience = PATIENCE }: StreamInit,
): RequestHandler {
  const shares = new Shares(perAddress)
  let clients = 0
  return async (request, response) => {
    const filter = filterOf(parse(parameters.strict(), request.query, 'query'))
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
      const session = await createSession(request, response, { serializer: String, retry: someRetry() })
      const signal = AbortSignal.any([gone.signal, stop])
      await tell(context, feed, filter, { session, response, patience, signal })
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

interface Listener {
  session: Session
  response: Response
  patience: number
  signal: AbortSignal
}

async function tell(
  context: ApiContext,
  feed: LiveFeed,
  filter: EventFilter,
  { session, response, patience, signal }: Listener,
): Promise<void> {
  let last = startOf(session.lastId, feed) ?? (await reset(context, feed, session))
  let untold = 0
  while (!signal.aborted) {
    await feed.wait(last, signal)
    const events = await feed.after(last, PAGE)
    if (events === undefined) last = await reset(context, feed, session)
    for (const event of events ?? []) {
      const isTold = filter(event)
      if (isTold) response.write(event.frame)
      untold = isTold ? 0 : untold + 1
      last = event.id
    }
    if (untold >= PAGE) {
      response.write(createEventBuffer().id(String(last)).dispatch().read())
      untold = 0
    }
    if (response.writableNeedDrain) {
      await once(response, 'drain', { signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]) })
    }
  }
}

/** Milliseconds after which a client that was cut off comes back, each after others: many may have been at once. */
function someRetry(): number {
  return 2_000 + Math.floor(Math.random() * 3_000)
}

/** After which event the client goes on; undefined where it cannot. */
function startOf(lastId: string, feed: LiveFeed): number | undefined {
  if (lastId === '') return feed.newest
  const id = /^\d{1,16}$/.test(lastId) ? Number(lastId) : -1
  return feed.canResume(id) ? id : undefined
}

/** Tells a client that missed events to read the lists again, and goes on with the next event. */
async function reset(context: ApiContext, feed: LiveFeed, session: Session): Promise<number> {
  const { newest } = feed
  session.push(toJson(await readWithMeta(context, async () => ({}))), 'reset', String(newest))
  return newest
}
