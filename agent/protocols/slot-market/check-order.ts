import { RefusedError } from '../../../protocol/errors.ts'
import { MAX_STEPS } from '../../../protocol/limits.ts'
import type { MarketOrder } from '../../../protocol/types.ts'
import type { MarketRules } from '../../market/market-rules.ts'
import { slotTimes } from '../../market/slot-times.ts'
import { MAX_SLOTS_AHEAD } from './constants.ts'

/**
 * Checks what an order says alone, as the clearing house does: prices run from the best to the worst, within the market's
 * bounds, each with a quantity, and all together within the capacity. An id names all rules of its market, so everybody
 * comes to the same.
 *
 * @throws RefusedError `ORDER_REFUSED` that names the field
 */
export function checkSteps({ side, steps }: MarketOrder, rules: MarketRules): void {
  const { minPrice, maxPrice, capacity } = rules
  const count = `1 to ${MAX_STEPS} of them`
  if (steps.length === 0 || steps.length > MAX_STEPS) throw refused('order.steps', count, steps.length)
  let total = 0n
  steps.forEach(({ price, quantity }, index) => {
    const field = `order.steps[${index}]`
    const isWithin = price >= minPrice && price <= maxPrice
    if (!isWithin) throw refused(`${field}.price`, `from ${minPrice} to ${maxPrice}`, price)
    const last = steps[index - 1]?.price
    const isSorted = last === undefined || (side === 'buy' ? price < last : price > last)
    if (!isSorted)
      throw refused(`${field}.price`, side === 'buy' ? `less than ${last}` : `more than ${last}`, price)
    if (quantity <= 0n) throw refused(`${field}.quantity`, 'at least 1 Wh', quantity)
    total += quantity
  })
  if (total > capacity) throw refused('order.steps', `at most ${capacity} Wh in all`, total)
}

/**
 * Checks that a slot takes orders, and is not too far ahead.
 *
 * @param now Unix seconds
 * @throws RefusedError `SLOT_CLOSED`
 */
export function checkSlot(slot: bigint, rules: MarketRules, now: bigint): void {
  const first = (now + rules.gateLead) / rules.slotLength
  const { gate } = slotTimes(rules, slot)
  if (now < gate && slot <= first + MAX_SLOTS_AHEAD) return
  throw new RefusedError('SLOT_CLOSED', 'A slot takes no orders at this time.', {
    field: 'order.slot',
    expected: `${first + 1n} to ${first + MAX_SLOTS_AHEAD}`,
    received: slot,
    remedy: 'Take `nextSlot()` of the market, or a later one.',
  })
}

function refused(field: string, expected: string, received: unknown): RefusedError {
  return new RefusedError('ORDER_REFUSED', 'An order is out of the bounds of its market.', {
    field,
    expected,
    received,
    remedy: 'Keep to `rules` of the market.',
  })
}
