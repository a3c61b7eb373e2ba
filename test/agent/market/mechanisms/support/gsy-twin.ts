import { compare, type Order, type OrderBook } from '../../../../../agent/market/mechanisms/book.ts'
import {
  atOnePrice,
  type Cleared,
  type Fill,
  pair,
  type Trade,
} from '../../../../../agent/market/mechanisms/trade.ts'

/** The readable twin of `gsy` at the prices of bids: each offer looks at every bid. */
export function atBidPrices({ bids, offers }: OrderBook): Cleared {
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

/** And that at one clearing price: each price of a bid is held against all orders. */
export function atClearingPrice({ bids, offers }: OrderBook): Cleared {
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
