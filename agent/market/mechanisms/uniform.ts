import { allocate } from './allocation.ts'
import { atOnePrice, type Mechanism, middle } from './trade.ts'

/**
 * One price for everybody, at which the market is in equilibrium; what the clearing house does on chain.
 *
 * - `middle`: the middle, rounded down, of all prices of equilibrium. To the unit that of `clearSlot` and the contract,
 *   and so are the fills where orders are submitted in the sequence of their ids.
 * - `marginal-pair`: the middle, rounded down, of the last bid and the last offer that are served, as PowerTAC prices
 *   with `sellerSurplusRatio` 0.5. The trades are the same.
 */
export const uniform: Mechanism = {
  strategyProof: false,
  budgetBalance: 'strong',
  efficient: true,
  priceRules: ['middle', 'marginal-pair'],
  clear(book, priceRule) {
    const allocation = allocate(book)
    const last = allocation?.matches.at(-1)
    if (allocation === undefined || last === undefined) return { trades: [], price: undefined }
    const price = priceRule === 'marginal-pair' ? middle(last.bid.price, last.offer.price) : allocation.price
    return atOnePrice(allocation.matches, { buyer: price, seller: price })
  },
}
