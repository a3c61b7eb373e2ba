import { expect } from 'chai'
import fc from 'fast-check'
import { clearBook } from '../../../../agent/market/mechanisms/clear-book.ts'
import { gsy } from '../../../../agent/market/mechanisms/gsy.ts'
import { anyBook } from './support/books.ts'
import { atBidPrices, atClearingPrice } from './support/gsy-twin.ts'

const order = (id: string, price: bigint, quantity: bigint, actor = id) => ({ id, actor, price, quantity })

describe("the markets of Grid Singularity's exchange", function () {
  this.timeout(60_000)

  it('serve the dearest offer first, which may cost half of what could be gained', () => {
    const book = { bids: [order('b', 10n, 5n)], offers: [order('cheap', 2n, 5n), order('dear', 6n, 5n)] }
    const { trades, welfare, optimum, share } = clearBook(book, { mechanism: 'gsy' })
    expect(trades.map(({ offer }) => offer.id)).to.deep.equal(['dear'])
    expect([welfare, optimum, share]).to.deep.equal([20n, 40n, 0.5])
  })

  it('serve of equal orders the one that came last', () => {
    const bids = [order('first', 5n, 5n), order('last', 5n, 5n)]
    const { trades } = clearBook({ bids, offers: [order('s', 1n, 5n)] }, { mechanism: 'gsy' })
    expect(trades.map(({ bid }) => bid.id)).to.deep.equal(['last'])
  })

  it('fill bids in full or not at all at one clearing price', () => {
    const book = { bids: [order('b', 10n, 5n)], offers: [order('s', 2n, 4n)] }
    const { trades, optimum } = clearBook(book, { mechanism: 'gsy', priceRule: 'pay-as-clear' })
    expect([trades, optimum]).to.deep.equal([[], 32n])
  })

  it('know no bar to trade with oneself at one clearing price, and one at the prices of bids', () => {
    const book = { bids: [order('b', 10n, 5n, 'same')], offers: [order('s', 2n, 5n, 'same')] }
    expect(clearBook(book, { mechanism: 'gsy', priceRule: 'pay-as-clear' }).quantity).to.equal(5n)
    expect(clearBook(book, { mechanism: 'gsy' }).quantity).to.equal(0n)
  })

  it('make the same trades in the same sequence as their readable twin', () => {
    const books = fc.oneof(anyBook({ maxOrders: 30 }), anyBook({ sharedActors: false, maxOrders: 30 }))
    fc.assert(
      fc.property(books, (book) => {
        expect(gsy.clear(book, 'pay-as-bid')).to.deep.equal(atBidPrices(book))
        expect(gsy.clear(book, 'pay-as-clear')).to.deep.equal(atClearingPrice(book))
      }),
      { numRuns: 2_000 },
    )
  })

  it('do not look at each bid for each offer, whoever they are from', () => {
    // What looked at all of them took minutes for any of these.
    const size = 100_000
    const side = (name: string, price: (place: number) => number, actor: (place: number) => string) =>
      Array.from({ length: size }, (_, place) => ({
        ...order(`${name}${place}`, BigInt(price(place)), 1n, actor(place)),
      }))
    const bids = side(
      'b',
      (place) => 2 * size - place,
      (place) => (place < size / 2 ? 'one' : `b${place}`),
    )
    for (const actor of [() => 'one', (place: number) => `o${place}`]) {
      const offers = side('o', (place) => place, actor)
      expect(gsy.clear({ bids, offers }, 'pay-as-bid').trades.length).to.be.at.least(size / 2)
      expect(gsy.clear({ bids, offers }, 'pay-as-clear').trades).to.have.length(size)
    }
  })
})
