import { allocate } from './allocation.ts'
import type { Mechanism } from './trade.ts'

/** The best trades, each at its buyer's own price: the whole gain is the seller's. */
export const payAsBid: Mechanism = {
  strategyProof: false,
  budgetBalance: 'strong',
  efficient: true,
  priceRules: [],
  clear(book) {
    const matches = allocate(book)?.matches ?? []
    return {
      trades: matches.map((match) => ({
        ...match,
        buyerPrice: match.bid.price,
        sellerPrice: match.bid.price,
      })),
      price: undefined,
    }
  },
}
