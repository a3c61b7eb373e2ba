import { uniformDraws } from '../../market/uniform-draws.ts'
import type { SlotStrategy } from './strategy.ts'
import { truthful } from './truthful.ts'

/** Keep the draws of homes and slots apart: odd constants of MurmurHash3's finaliser. */
const [HOME, SLOT] = [0x85ebca6b, 0xc2b2ae35]

/**
 * Orders what {@link truthful} would, at a price drawn uniformly from its own limit to where the grid stands on the other
 * side: no loss, and no thought. What a market gains with such traders it owes to its rules alone.
 *
 * Source: Gode & Sunder, "Allocative efficiency of markets with zero-intelligence traders", Journal of Political Economy
 * 101 (1993), the constrained ones (ZI-C).
 *
 * @param seed any integer; the same one makes the same orders
 */
export function zeroIntelligence(seed: number): SlotStrategy {
  return (view) => {
    const { order } = truthful(view)
    if (order === undefined) return {}
    const draw = uniformDraws(seed ^ Math.imul(view.home + 1, HOME) ^ Math.imul(view.slot + 1, SLOT))
    const other = order.side === 'buy' ? view.feedInPrice : view.retailPrice
    const steps = order.steps.map(({ price, quantity }) => {
      const width = order.side === 'buy' ? price - other : other - price
      const way = width > 0n ? (width * BigInt(Math.floor(draw() * 2 ** 32))) >> 32n : 0n
      return { price: order.side === 'buy' ? price - way : price + way, quantity }
    })
    return { order: { ...order, steps } }
  }
}
