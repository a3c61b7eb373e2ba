import { z } from 'zod'
import { eventFilters, filterOf } from '../event-filter.ts'
import { nextEvents } from '../next-events.ts'
import { parseGiven } from '../parse-given.ts'
import { ApiError } from '../problem.ts'
import { clipped, STRANGERS } from '../strangers.ts'
import { defineTool, READS } from './tool.ts'

/** Longest time that one call waits, and how long it does when it is not said, in seconds. */
const MAX_SECONDS = 30
const SECONDS = 20

const input = z.strictObject({
  ...eventFilters.shape,
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

/** Waits for what happens next, as `/v1/stream` tells it. */
export const watch = defineTool({
  name: 'watch',
  title: 'Waits for what happens next on the market',
  description: `Of an intent that was just published, list_offers tells what came before. A \`reset\` says that events were missed: look at the lists again. ${STRANGERS}`,
  ...{ input, output, annotations: READS },
  isAction: false,
  async call(given, asking) {
    const { after, seconds, ...filters } = parseGiven(input, given)
    const leave = asking.watches.take(asking.request.socket.remoteAddress)
    if (leave === undefined) throw tooMany()
    try {
      return clipped(
        await nextEvents(asking.feed, { filter: filterOf(filters), after, seconds }, asking.signal),
      )
    } finally {
      leave()
    }
  },
})

function tooMany(): ApiError {
  return new ApiError(503, 'WATCHES_FULL', 'Too many calls wait already.', {
    remedy: 'Try again later, or look at the lists.',
  })
}
