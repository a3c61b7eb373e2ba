import { z } from 'zod'
import { nextEvents } from '../next-events.ts'
import { hashParameter } from '../parameters.ts'
import { parseGiven } from '../parse-given.ts'
import { ApiError } from '../problem.ts'
import { clipped, STRANGERS } from './strangers.ts'
import { defineTool, READS } from './tool.ts'

/** Longest time that one call waits, and how long it does when it is not said, in seconds. */
const MAX_SECONDS = 30
const SECONDS = 20

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
      return clipped(await nextEvents(asking.feed, wish, asking.signal))
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
