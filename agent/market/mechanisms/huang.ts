import { compare, compareIds, type Order, ranked } from './book.ts'
import { atOnePrice, type Fill, type Mechanism, pair } from './trade.ts'

/**
 * A strategy-proof auction for any quantities: of the orders that the best trades reach, the last bid and the last offer
 * set the prices, the one for buyers, the other for sellers, and do not trade themselves. Where the rest of one side
 * then has too much, each order of it gives up as much as every other, or all that it has: a share by quantity could
 * be enlarged by asking for more.
 *
 * Source: P. Huang, A. Scheller-Wolf, K. Sycara, "Design of a multi-unit double auction e-market", Computational
 * Intelligence 18 (2002), 596-617.
 */
export const huang: Mechanism = {
  strategyProof: true,
  budgetBalance: 'weak',
  efficient: false,
  priceRules: [],
  clear(book) {
    const { bids, offers } = ranked(book)
    const [lastBid, lastOffer] = lastPair(bids, offers)
    const [bid, offer] = [bids[lastBid], offers[lastOffer]]
    if (bid === undefined || offer === undefined) return { trades: [], price: undefined }
    const [buyers, sellers] = [bids.slice(0, lastBid), offers.slice(0, lastOffer)]
    const excess = total(buyers) - total(sellers)
    return atOnePrice(pair(relieved(buyers, excess), relieved(sellers, -excess)), {
      buyer: bid.price,
      seller: offer.price,
    })
  },
}

/** The indices of the worst bid and the worst offer that the best trades reach; -1 when there are none. */
function lastPair(bids: readonly Order[], offers: readonly Order[]): [bid: number, offer: number] {
  let last: [number, number] = [-1, -1]
  let [buying, selling] = [0, 0]
  let [demand, supply] = [0n, 0n]
  for (;;) {
    const [bid, offer] = [bids[buying], offers[selling]]
    if (bid === undefined || offer === undefined || bid.price < offer.price) return last
    last = [buying, selling]
    const [wanted, given] = [demand + bid.quantity, supply + offer.quantity]
    if (wanted <= given) {
      demand = wanted
      buying += 1
    }
    if (given <= wanted) {
      supply = given
      selling += 1
    }
  }
}

/**
 * Takes an excess off the orders, as equally as can be: none gives up more than it has, and of those that keep something
 * none gives up more than one Wh more than another. Who bears that Wh depends on quantities and ids, never on prices.
 */
function relieved(orders: readonly Order[], excess: bigint): Fill[] {
  const left = new Map(orders.map((order) => [order.id, order.quantity]))
  const smallestFirst = orders.toSorted((a, b) => compare(a.quantity, b.quantity) || compareIds(a.id, b.id))
  let rest = excess > 0n ? excess : 0n
  for (const [index, { id, quantity }] of smallestFirst.entries()) {
    const share = rest / BigInt(smallestFirst.length - index)
    const loss = share < quantity ? share : quantity
    left.set(id, quantity - loss)
    rest -= loss
  }
  return orders.map((order) => ({ order, quantity: left.get(order.id) ?? 0n }))
}

function total(orders: readonly Order[]): bigint {
  return orders.reduce((sum, { quantity }) => sum + quantity, 0n)
}
