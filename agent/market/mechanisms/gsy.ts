import { compare, type Order, type OrderBook } from './book.ts'
import { atOnePrice, type Cleared, type Fill, type Mechanism, pair, type Trade } from './trade.ts'

/**
 * The two-sided markets of Grid Singularity's exchange as its published results show them, with their quirks, for
 * comparison. Orders at the same price depend on the sequence in which they stand in the book.
 *
 * - `pay-as-bid`: offers are served from the **dearest** to the cheapest, each by the highest bids that still want
 *   something, at the bid's price. An actor never trades with itself.
 * - `pay-as-clear`: everybody trades at the lowest price of a bid at which the supply covers the **whole** demand, so bids
 *   are filled in full or not at all.
 */
export const gsy: Mechanism = {
  strategyProof: false,
  budgetBalance: 'strong',
  efficient: false,
  priceRules: ['pay-as-bid', 'pay-as-clear'],
  clear: (book, priceRule) => (priceRule === 'pay-as-clear' ? atClearingPrice(book) : atBidPrices(book)),
}

function atBidPrices({ bids, offers }: OrderBook): Cleared {
  const trades: Trade[] = []
  const wanted = whole(dearestFirst(bids.toReversed()))
  for (const offer of dearestFirst(offers.toReversed())) {
    let left = offer.quantity
    for (const fill of wanted) {
      const bid = fill.order
      if (bid.price < offer.price || left === 0n) break
      const quantity = fill.quantity < left ? fill.quantity : left
      if (quantity === 0n || bid.actor === offer.actor) continue
      trades.push({ bid, offer, quantity, buyerPrice: bid.price, sellerPrice: bid.price })
      fill.quantity -= quantity
      left -= quantity
    }
  }
  return { trades, price: undefined }
}

function atClearingPrice({ bids, offers }: OrderBook): Cleared {
  const demand = whole(dearestFirst(bids))
  const supply = whole(dearestFirst(offers).reverse())
  const isCovered = (price: bigint) =>
    total(demand, (order) => order.price >= price) <= total(supply, (order) => order.price <= price)
  const price = demand.findLast(({ order }) => isCovered(order.price))?.order.price
  if (price === undefined) return { trades: [], price: undefined }
  return atOnePrice(
    pair(
      demand.filter(({ order }) => order.price >= price),
      supply.filter(({ order }) => order.price <= price),
    ),
    { buyer: price, seller: price },
  )
}

function dearestFirst(orders: readonly Order[]): Order[] {
  return orders.toSorted((a, b) => compare(b.price, a.price))
}

function whole(orders: readonly Order[]): Fill[] {
  return orders.map((order) => ({ order, quantity: order.quantity }))
}

function total(fills: readonly Fill[], counts: (order: Order) => boolean): bigint {
  return fills.reduce((sum, { order, quantity }) => (counts(order) ? sum + quantity : sum), 0n)
}
