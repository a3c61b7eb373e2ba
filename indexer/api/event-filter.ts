import { parse as parseQuery } from 'node:querystring'
import { z } from 'zod'
import { expectation } from '../../protocol/expectation.ts'
import type { LiveEvent } from '../store/outbox.ts'
import { CORRECTIONS, EVENT_KINDS, EVENT_TYPES, kindOf } from '../views/event-type.ts'
import { TOPICS, topicOf } from '../views/live-event.ts'
import { addressParameter, agentIdParameter, hashParameter } from './parameters.ts'
import { parse } from './route.ts'

/** Most values that one filter may name. */
const MAX_VALUES = 20

const names: readonly string[] = [...EVENT_KINDS, ...EVENT_TYPES]

const eventName = z
  .string()
  .refine(
    (name) => names.includes(name),
    `names of events, or their kinds: ${[...new Set(names)].join(', ')}`,
  )

/** One value of several with commas between them. */
function several(one: z.ZodType<unknown, string>, description: string, example: string) {
  return z
    .string()
    .transform((text, context): string[] => {
      const results = text.split(',').map((each) => one.safeParse(each, { error: expectation }))
      const failed = results.find(({ success }) => !success)
      if (failed !== undefined) context.addIssue(failed.error?.issues[0]?.message ?? '')
      else if (results.length > MAX_VALUES) context.addIssue(`at most ${MAX_VALUES} values`)
      else return results.map(({ data }) => String(data))
      return z.NEVER
    })
    .optional()
    .meta({ type: 'string', description, example })
}

/** What chooses live events: each filter names values, of which an event has to have one. */
export const eventFilters = z.object({
  event: several(
    eventName,
    'Names of events, or kinds of them: `agreement` is all of `agreement.…`',
    'intent,offer',
  ),
  account: several(
    addressParameter,
    'Addresses that have a part in it: buyer, seller, payer, owner, wallet, plaintiff, …',
    '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  ),
  agentId: several(agentIdParameter, 'Agents of the identity registry that have a part in it', '1,2'),
  intent: several(
    hashParameter,
    'Intents, with offers to them and agreements that answer them',
    `0x${'0'.repeat(64)}`,
  ),
  market: several(hashParameter, 'Energy markets', `0x${'0'.repeat(64)}`),
  domain: several(
    z.string().regex(/^[a-z][a-z0-9_-]{0,63}$/, 'the domain of a capability, such as energy'),
    'What it is about, as far as is known: of agreements it is, where the intent was heard',
    'energy,ride',
  ),
})

/** Filters as they were given. */
export type EventFilters = z.output<typeof eventFilters>

/** Whether an event is to be told. */
export type EventFilter = (event: Pick<LiveEvent, 'type' | 'topics'>) => boolean

/** All that a filter asks for has to hold of an event, but of one that corrects what was told before. */
export function filterOf({ event, ...filters }: EventFilters): EventFilter {
  const types = event && new Set(event)
  const wanted = TOPICS.flatMap((topic) => {
    const values = filters[topic]
    return values === undefined ? [] : [new Set(values.map((value) => topicOf(topic, value)))]
  })
  if (types === undefined && wanted.length === 0) return () => true
  return ({ type, topics }) =>
    CORRECTIONS.includes(type) ||
    ((types === undefined || types.has(type) || types.has(kindOf(type))) &&
      wanted.every((set) => topics.some((topic) => set.has(topic))))
}

/**
 * Reads a filter as the query of `GET /v1/stream` has it.
 *
 * @throws ApiError 400 that names the parameter at fault
 * @example parseFilter('event=agreement&account=0x70997970C51812dc3A010C7d01b50e0d17dc79C8')
 */
export function parseFilter(query: string): EventFilter {
  return filterOf(parse(eventFilters.strict(), parseQuery(query), 'query'))
}
