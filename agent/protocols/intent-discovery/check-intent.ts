import { RefusedError } from '../../../protocol/errors.ts'
import { CLOCK_SKEW } from '../../../protocol/limits.ts'
import type { Intent } from '../../../protocol/types.ts'
import { isArea } from '../../network/areas.ts'

/**
 * Checks what an intent says.
 *
 * @param now Unix seconds
 * @param maxLife seconds that an intent may live; see `SpamRules.maxIntentLife`
 * @throws RefusedError `INTENT_EXPIRED`, or `INTENT_INVALID` with the field.
 */
export function checkIntent(intent: Intent, now: bigint, maxLife: number): void {
  const { quantity, lot, price, start, end, expiry, capability, area } = intent
  if (expiry < now) {
    throw new RefusedError('INTENT_EXPIRED', 'An intent has expired.', {
      field: 'intent.expiry',
      expected: `at least ${now}`,
      received: expiry,
      remedy: 'Publish a new one.',
    })
  }
  const wrong =
    (capability.length === 0 && 'capability') ||
    (!isArea(area) && 'area') ||
    (quantity <= 0n && 'quantity') ||
    (lot <= 0n && 'lot') ||
    (price < 0n && 'price') ||
    (end <= start && 'end') ||
    (expiry > now + BigInt(maxLife + CLOCK_SKEW) && 'expiry')
  if (wrong === false) return
  const expected = {
    capability: 'the name of a capability, such as energy.supply',
    area: "an H3 cell in lower case, such as 871f8d099ffffff, or '' for everywhere",
    quantity: 'more than 0, in the unit of the capability',
    lot: 'more than 0, in the unit of the capability',
    price: 'at least 0, in minor units per lot',
    end: `after its start, ${start}`,
    expiry: `at most ${now + BigInt(maxLife)}, which is ${maxLife} s from now`,
  }[wrong]
  throw new RefusedError('INTENT_INVALID', 'An intent is out of its bounds.', {
    field: `intent.${wrong}`,
    expected,
    received: intent[wrong],
    remedy:
      wrong === 'expiry' ? 'Give a shorter `life`, and publish it again.' : 'Publish it with one that is.',
  })
}
