import { z } from 'zod'
import { hashParameter } from '../parameters.ts'
import { parseGiven } from '../parse-given.ts'
import { ApiError } from '../problem.ts'
import { clipped, STRANGERS } from './strangers.ts'
import { type Asking, defineTool, READS } from './tool.ts'

/** Longest time that one call waits, and how long it does when it is not said, in seconds. */
const MAX_SECONDS = 30
const SECONDS = 20
/** Most events of one answer, and of one look into the outbox. */
const MAX_EVENTS = 20
const PAGE = 100

const input = z.strictObject({
  events: z.array(z.string().max(40)).max(20).optional().meta({
    description:
      'Names, such as `offer` or `agreement.settled`, or beginnings of names, such as `agreement.`',
  }),
  about: hashParameter
    .optional()
    .meta({ description: 'Hash of an intent, to hear of offers to it, or id of an agreement' }),
  after: z
    .int()
    .nonnegative()
    .optional()
    .meta({ description: '`next` of the call before, so that nothing is missed; absent: from now on' }),
  seconds: z
    .int()
    .min(1)
    .max(MAX_SECONDS)
    .default(SECONDS)
    .meta({ description: 'How long to wait when nothing has happened yet' }),
})

const output = z.object({
  data: z
    .array(z.object({ event: z.string(), data: z.record(z.string(), z.unknown()).optional() }))
    .meta({ description: 'What happened, oldest first; none when nothing did in time' }),
  next: z.int().meta({ description: 'What to give as `after` next time' }),
})

type Wish = z.output<typeof input>
type Happening = z.output<typeof output>['data'][number]

/** Waits for what happens next, as `/v1/stream` tells it. */
export const watch = defineTool({
  name: 'watch',
  title: 'Waits for what happens next on the market',
  description: `Of an intent that was just published, list_offers tells what came before. Events: offer, intent, agent.registered, agent.changed, agreement.opened, agreement.delivered, agreement.settled, agreement.refunded, agreement.disputed, slot.cleared, feedback.given and others; \`reset\` says that some were missed: look at the lists again. ${STRANGERS}`,
  ...{ input, output, annotations: READS },
  isAction: false,
  async call(given, asking) {
    const wish = parseGiven(input, given)
    const leave = asking.watches.take(asking.request.socket.remoteAddress)
    if (leave === undefined) throw tooMany()
    try {
      return clipped(await next(wish, asking))
    } finally {
      leave()
    }
  },
})

async function next(wish: Wish, { feed, signal }: Asking): Promise<z.output<typeof output>> {
  let last = wish.after ?? feed.newest
  const reset = () => ({ data: [{ event: 'reset' }], next: feed.newest })
  if (!feed.canResume(last)) return reset()
  const ending = AbortSignal.any([signal, AbortSignal.timeout(wish.seconds * 1000)])
  while (await hasMore(feed, last, ending)) {
    const found: Happening[] = []
    const page = await feed.after(last, PAGE)
    if (page === undefined) return reset()
    for (const { id, type, data: text } of page) {
      const { data } = JSON.parse(text) as Pick<Happening, 'data'>
      last = id
      if (isMeant(wish, type, data)) found.push({ event: type, ...(data && { data }) })
      if (found.length === MAX_EVENTS) break
    }
    if (found.length > 0) return { data: found, next: last }
  }
  return { data: [], next: last }
}

/** @returns false when the time is over, or nobody listens any more */
async function hasMore(feed: Asking['feed'], last: number, ending: AbortSignal): Promise<boolean> {
  try {
    await feed.wait(last, ending)
    return !ending.aborted
  } catch (error) {
    if (!ending.aborted) throw error
    return false
  }
}

function isMeant({ events, about }: Wish, type: string, data: Happening['data']): boolean {
  const isNamed = events?.some((name) => type === name || (name.endsWith('.') && type.startsWith(name)))
  return isNamed !== false && (about === undefined || [data?.id, data?.hash, data?.intent].includes(about))
}

function tooMany(): ApiError {
  return new ApiError(503, 'WATCHES_FULL', 'Too many calls wait already.', {
    remedy: 'Try again later, or look at the lists.',
  })
}
