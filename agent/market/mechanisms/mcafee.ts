import { invalid, type Order, type OrderBook, ranked } from './book.ts'
import { atOnePrice, type Fill, type Mechanism, middle, pair } from './trade.ts'

/**
 * McAfee's double auction, for orders that are all as large: of k pairs that gain, all trade at the middle of the next
 * bid and the next offer where that suits the k-th pair; otherwise, or where there is no next one on either side, the
 * k-th pair sets the prices, its bid for buyers and its offer for sellers, and does not trade itself. What buyers pay
 * beyond what sellers get is left over.
 *
 * Source: R. P. McAfee, "A dominant strategy double auction", Journal of Economic Theory 56 (1992), 434-450.
 */
export const mcafee: Mechanism = {
  strategyProof: true,
  budgetBalance: 'weak',
  efficient: false,
  priceRules: [],
  /** @throws MeshError `ORDER_INVALID` when two orders differ in their quantity */
  clear(book) {
    checkUnits(book)
    const { bids, offers } = ranked(book)
    let pairs = 0
    while (gains(bids[pairs], offers[pairs])) pairs += 1
    const [bid, offer] = [bids[pairs - 1], offers[pairs - 1]]
    if (bid === undefined || offer === undefined) return { trades: [], price: undefined }
    const matches = (count: number) => pair(whole(bids.slice(0, count)), whole(offers.slice(0, count)))
    const [nextBid, nextOffer] = [bids[pairs], offers[pairs]]
    if (nextBid !== undefined && nextOffer !== undefined) {
      const price = middle(nextBid.price, nextOffer.price)
      if (offer.price <= price && price <= bid.price) {
        return atOnePrice(matches(pairs), { buyer: price, seller: price })
      }
    }
    return atOnePrice(matches(pairs - 1), { buyer: bid.price, seller: offer.price })
  },
}

function gains(bid: Order | undefined, offer: Order | undefined): boolean {
  return bid !== undefined && offer !== undefined && bid.price >= offer.price
}

function whole(orders: readonly Order[]): Fill[] {
  return orders.map((order) => ({ order, quantity: order.quantity }))
}

function checkUnits(book: OrderBook): void {
  const unit = book.bids[0]?.quantity ?? book.offers[0]?.quantity
  for (const [side, orders] of Object.entries({ bids: book.bids, offers: book.offers })) {
    const other = orders.findIndex(({ quantity }) => quantity !== unit)
    if (other === -1) continue
    const expected = `${unit}, as of the first order: McAfee's auction is for orders that are all as large`
    const remedy = 'Use the mechanism huang, which takes any quantities.'
    throw invalid(`${side}[${other}].quantity`, expected, orders[other]?.quantity, remedy)
  }
}
