import { compare, type Id, type Order, type OrderBook } from './book.ts'
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

/**
 * Each offer goes through the bids from the highest, past those that are filled and those of its own actor. None is gone past
 * twice: a filled bid is nobody's to look at again, and an actor begins where its last offer ended, for up to there all
 * bids are filled or its own. So this takes as long as sorting the orders does.
 */
function atBidPrices({ bids, offers }: OrderBook): Cleared {
  const trades: Trade[] = []
  const wanted = whole(dearestFirst(bids.toReversed()))
  const places = new OpenPlaces(wanted.length)
  const begun = new Map<Id, number>()
  for (const offer of dearestFirst(offers.toReversed())) {
    let left = offer.quantity
    let place = places.from(begun.get(offer.actor) ?? 0)
    for (;;) {
      const fill = wanted[place]
      if (fill === undefined || fill.order.price < offer.price || left === 0n) break
      const bid = fill.order
      if (bid.actor !== offer.actor) {
        const quantity = fill.quantity < left ? fill.quantity : left
        trades.push({ bid, offer, quantity, buyerPrice: bid.price, sellerPrice: bid.price })
        fill.quantity -= quantity
        left -= quantity
        if (fill.quantity > 0n) break
        places.close(place)
      }
      place = places.from(place + 1)
    }
    begun.set(offer.actor, place)
  }
  return { trades, price: undefined }
}

/** Places in a row, which are closed one by one: a disjoint-set forest with path halving (Tarjan & van Leeuwen 1984). */
class OpenPlaces {
  /** Of each place itself while it is open, else one further on; the last stands for the end. */
  readonly #next: Uint32Array

  constructor(count: number) {
    this.#next = Uint32Array.from({ length: count + 1 }, (_, place) => place)
  }

  close(place: number): void {
    this.#next[place] = place + 1
  }

  /** The first open one at a place or behind it; their number when there is none. */
  from(place: number): number {
    const next = this.#next
    let found = Math.min(place, next.length - 1)
    while (next[found] !== found) found = next[found] = next[next[found] as number] as number
    return found
  }
}

function atClearingPrice({ bids, offers }: OrderBook): Cleared {
  const demand = whole(dearestFirst(bids))
  const supply = whole(dearestFirst(offers).reverse())
  const price = clearingPrice(demand, supply)
  if (price === undefined) return { trades: [], price: undefined }
  return atOnePrice(
    pair(
      demand.filter(({ order }) => order.price >= price),
      supply.filter(({ order }) => order.price <= price),
    ),
    { buyer: price, seller: price },
  )
}

/** The lowest price of a bid at which the offers cover all bids, undefined when there is none. */
function clearingPrice(demand: readonly Fill[], supply: readonly Fill[]): bigint | undefined {
  let demanded = demand.reduce((sum, { quantity }) => sum + quantity, 0n)
  let supplied = 0n
  let offers = 0
  let last: bigint | undefined
  for (const { order, quantity } of demand.toReversed()) {
    const { price } = order
    // Bids at the same price are covered together or not at all.
    if (price !== last) {
      for (let offer = supply[offers]; offer && offer.order.price <= price; offer = supply[++offers]) {
        supplied += offer.quantity
      }
      if (demanded <= supplied) return price
      last = price
    }
    demanded -= quantity
  }
  return undefined
}

function dearestFirst(orders: readonly Order[]): Order[] {
  return orders.toSorted((a, b) => compare(b.price, a.price))
}

function whole(orders: readonly Order[]): Fill[] {
  return orders.map((order) => ({ order, quantity: order.quantity }))
}
