import { z } from 'zod'
import { attributeSchema, checkOwnAttributes, isName } from '../protocol/capability.ts'
import { RefusedError } from '../protocol/errors.ts'
import { membersOf } from '../protocol/input.ts'
import { MAX_TIME } from '../protocol/limits.ts'
import type { Attribute, Intent } from '../protocol/types.ts'

/** What an intent says beyond who makes it, where, and until when. */
export type IntentDraft = Pick<
  Intent,
  'side' | 'capability' | 'quantity' | 'price' | 'lot' | 'start' | 'end'
> & {
  /** Seconds from now until it expires. */
  life?: bigint
  /** H3 cell in which it is to be delivered, '' for anywhere; by default the agent's own. */
  area?: string
  /** What else it asks for; at most 32, with 64 words and cells in all. */
  attributes?: Attribute[]
  /** Whether the delivery may be over already, as it is where what was measured in the past is traded again; `false`. */
  replay?: boolean
}

export const intentDraftSchema = membersOf<IntentDraft>({
  side: z.enum(['buy', 'sell']),
  capability: z.string().refine(isName, 'the name of a capability in lower case, such as energy.supply'),
  quantity: z.bigint(),
  price: z.bigint(),
  lot: z.bigint(),
  start: z.bigint(),
  end: z.bigint(),
  life: z.bigint().optional(),
  area: z.string().optional(),
  attributes: z.array(attributeSchema).optional(),
  replay: z.boolean().optional(),
})

/**
 * Checks that what an intent asks for can still be delivered, and what it says besides.
 *
 * @param now Unix seconds
 * @throws RefusedError `DELIVERY_OVER`, or `INTENT_INVALID` for what must be milliseconds; ConfigError `ATTRIBUTE_INVALID` or
 *   `LIST_TOO_LONG`
 */
export function checkDraft({ start, end, attributes = [], replay = false }: IntentDraft, now: bigint): void {
  checkOwnAttributes(attributes)
  if (end > MAX_TIME) {
    throw new RefusedError('INTENT_INVALID', 'What an intent asks for ends beyond the year 9999.', {
      field: 'intent.end',
      expected: `at most ${MAX_TIME}`,
      received: end,
      remedy: 'Give `start` and `end` in Unix seconds, not in milliseconds.',
    })
  }
  // That it ends after it begins is checked of everybody's intents.
  if (replay || end > now || end <= start) return
  throw new RefusedError('DELIVERY_OVER', 'What an intent asks for would be over already.', {
    field: 'intent.end',
    expected: `after ${now}`,
    received: end,
    remedy:
      'Give `start` and `end` in Unix seconds; `replay: true` is for trading what was measured in the past.',
  })
}

/**
 * The intent that a draft makes.
 *
 * @param now Unix seconds
 */
export function intentOf(
  { side, capability, quantity, price, lot, start, end, life = 30n, area, attributes = [] }: IntentDraft,
  maker: Pick<Intent, 'agent' | 'area' | 'endpoints'>,
  now: bigint,
): Intent {
  const wish = { side, capability, quantity, price, lot, start, end }
  return { ...maker, ...wish, area: area ?? maker.area, attributes, expiry: now + life, nonce: nextNonce() }
}

let lastNonce = 0n

/** Nonces of intents grow, across restarts too, so that a later intent takes the place of an earlier one. */
export function nextNonce(): bigint {
  const now = BigInt(Date.now()) << 16n
  lastNonce = now > lastNonce ? now : lastNonce + 1n
  return lastNonce
}
