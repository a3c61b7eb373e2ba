import { MeshError } from '../../../protocol/errors.ts'
import { MAX_STEPS } from '../../../protocol/limits.ts'
import type { SlotPlan, SlotView } from '../../strategy/energy/strategy.ts'
import { MAX_PRICE } from '../mechanisms/book.ts'

/** What errors call a home, and the file of its strategy if it has one, in a slot: `home roof (./mine.ts), slot of 2021-03-08T10:00Z`. */
export function placeOf({ home, start }: Pick<SlotView, 'home' | 'start'>, label = `${home}`): string {
  return `home ${label}, slot of ${new Date(start * 1000).toISOString().replace(/:00\.000Z$/, 'Z')}`
}

/**
 * Throws unless a home can do what its strategy planned: it sells no more than it has left, or may have, and can take from its
 * battery, and buys no more than it lacks, or may lack, and can store.
 *
 * @param label of the home, in errors
 * @throws MeshError `PLAN_INVALID`
 */
export function checkPlan(plan: SlotPlan, view: SlotView, label?: string): void {
  const refuse = (field: string, expected: string, received: unknown) =>
    new MeshError('PLAN_INVALID', 'A strategy plans what its home cannot do.', {
      field: `${placeOf(view, label)}: ${field}`,
      expected,
      received: typeof received === 'bigint' ? received : JSON.stringify(received),
      remedy: 'Correct the strategy.',
    })
  if (typeof plan !== 'object' || plan === null) throw refuse('plan', 'an object', plan)
  const { takesWh = 0, givesWh = 0 } = view.battery ?? {}
  const { order, gridWh = 0 } = plan
  if (!Number.isInteger(gridWh) || gridWh > takesWh || gridWh < -givesWh) {
    throw refuse('gridWh', `an integer from -${givesWh} to ${takesWh}`, gridWh)
  }
  if (order === undefined) return
  const { side, steps } = order
  if (side !== 'buy' && side !== 'sell') throw refuse('order.side', 'buy or sell', side)
  if (!Array.isArray(steps) || steps.length === 0 || steps.length > MAX_STEPS) {
    throw refuse('order.steps', `1 to ${MAX_STEPS} of them`, Array.isArray(steps) ? steps.length : steps)
  }
  const { meter, lackWh = [] } = view
  const lacks = [meter.loadWh - meter.pvWh, ...lackWh]
  const most = BigInt(
    side === 'buy' ? Math.max(0, ...lacks) + takesWh : Math.max(0, ...lacks.map((wh) => -wh)) + givesWh,
  )
  let total = 0n
  for (const [index, step] of steps.entries()) {
    const { price, quantity } = step ?? {}
    const name = `order.steps[${index}]`
    if (typeof price !== 'bigint' || price > MAX_PRICE || price < -MAX_PRICE) {
      throw refuse(`${name}.price`, 'a bigint from -2^51 to 2^51', price)
    }
    if (typeof quantity !== 'bigint' || quantity < 1n) {
      throw refuse(`${name}.quantity`, 'a bigint, at least 1n', quantity)
    }
    const before = steps[index - 1]?.price
    if (before !== undefined && (side === 'buy' ? price >= before : price <= before)) {
      throw refuse(
        `${name}.price`,
        `${side === 'buy' ? 'less' : 'more'} than the step before, ${before}`,
        price,
      )
    }
    total += quantity
    if (total > most) throw refuse(`${name}.quantity`, `at most ${most} with the steps before it`, total)
  }
}
