import { allocate } from './allocation.ts'
import { atOnePrice, type Mechanism } from './trade.ts'

/** The best trades, all at the price of the dearest offer among them: what merit order means to power exchanges. */
export const payAsClear: Mechanism = {
  strategyProof: false,
  budgetBalance: 'strong',
  efficient: true,
  priceRules: [],
  clear(book) {
    const matches = allocate(book)?.matches ?? []
    const price = matches.at(-1)?.offer.price ?? 0n
    return atOnePrice(matches, { buyer: price, seller: price })
  },
}
