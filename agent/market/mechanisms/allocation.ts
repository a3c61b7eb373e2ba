import { type Order, type OrderBook, ranked } from './book.ts'
import { findEquilibrium, type OrderColumns } from './equilibrium.ts'
import { type Fill, type Match, pair } from './trade.ts'

/** The trades with the largest gain in all, not yet priced. */
export interface Allocation {
  /** Best bids with best offers. */
  matches: Match[]
  /** Minor units per kWh at which everybody is served: the middle, rounded down, of all prices that do. */
  price: bigint
}

/**
 * Finds the trades with the largest gain in all, and of those with the same gain the most.
 *
 * Everything strictly better than the equilibrium price is filled, and the orders at it share what is left for their side pro
 * rata, in the sequence of their ids.
 *
 * @returns undefined when nothing trades
 */
export function allocate(book: OrderBook): Allocation | undefined {
  const { bids, offers } = ranked(book)
  const { price, bought, sold } = findEquilibrium(columnsOf(bids), columnsOf(offers))
  if (price === undefined) return undefined
  return { matches: pair(fills(bids, bought), fills(offers, sold)), price: BigInt(price) }
}

function columnsOf(orders: readonly Order[]): OrderColumns {
  return {
    prices: Float64Array.from(orders, ({ price }) => Number(price)),
    quantities: Float64Array.from(orders, ({ quantity }) => Number(quantity)),
  }
}

function fills(orders: readonly Order[], filled: Float64Array): Fill[] {
  return orders.map((order, index) => ({ order, quantity: BigInt(filled[index] ?? 0) }))
}
