import { expect } from 'chai'
import fc from 'fast-check'
import type { Order, OrderBook } from '../../../../agent/market/mechanisms/book.ts'
import {
  type ClearedBook,
  clearBook,
  type MechanismName,
  mechanisms,
} from '../../../../agent/market/mechanisms/clear-book.ts'
import type { Trade } from '../../../../agent/market/mechanisms/trade.ts'
import { bookFor, everyWay, nameOf } from './support/books.ts'
import { largestWelfare } from './support/linear-program.ts'

const anyFee = fc.bigInt({ min: 0n, max: 6n })

/** Sums of the trades of each order of one side. */
function perOrder(trades: readonly Trade[], side: 'bid' | 'offer', value: (trade: Trade) => bigint) {
  const sums = new Map<string | number, bigint>()
  for (const trade of trades) {
    const { id } = trade[side]
    sums.set(id, (sums.get(id) ?? 0n) + value(trade))
  }
  return sums
}

const total = (sums: Map<unknown, bigint>) => [...sums.values()].reduce((all, value) => all + value, 0n)

for (const way of everyWay) {
  const { strategyProof, budgetBalance, efficient } = mechanisms[way.mechanism as MechanismName]

  describe(`${nameOf(way)}, on any book`, () => {
    const check = (test: (book: OrderBook, fee: bigint, cleared: ClearedBook) => void) =>
      fc.assert(
        fc.property(bookFor(way), anyFee, (book, gridFee) =>
          test(book, gridFee, clearBook(book, { ...way, gridFee })),
        ),
        { numRuns: 300 },
      )

    it('makes no trade beyond a limit', () => {
      check((book, fee, { trades }) => {
        for (const { bid, offer, buyerPrice, sellerPrice } of trades) {
          expect(book.bids).to.deep.include(bid)
          expect(book.offers).to.deep.include(offer)
          expect(buyerPrice <= bid.price && sellerPrice >= offer.price).to.equal(true)
          expect(buyerPrice - sellerPrice >= fee).to.equal(true)
        }
      })
    })

    it('trades no more of an order than there is, and as much bought as sold', () => {
      check((book, _, { trades, quantity }) => {
        for (const side of ['bid', 'offer'] as const) {
          const filled = perOrder(trades, side, (trade) => trade.quantity)
          for (const order of book[`${side}s`]) {
            expect((filled.get(order.id) ?? 0n) <= order.quantity).to.equal(true)
          }
          expect(total(filled)).to.equal(quantity)
        }
        for (const trade of trades) expect(trade.quantity > 0n).to.equal(true)
      })
    })

    it('gives all that buyers pay to sellers and the grid, but for what it says is left over', () => {
      check((_, fee, { trades, quantity, paid, received, fees, leftOver }) => {
        const payments = perOrder(trades, 'bid', (trade) => trade.buyerPrice * trade.quantity)
        const incomes = perOrder(trades, 'offer', (trade) => trade.sellerPrice * trade.quantity)
        expect([paid, received, fees]).to.deep.equal([total(payments), total(incomes), fee * quantity])
        expect(received + fees + leftOver).to.equal(paid)
        expect(leftOver >= 0n).to.equal(true)
        if (budgetBalance === 'strong') expect(leftOver).to.equal(0n)
      })
    })

    it('has the price that it says', () => {
      check((_, __, { trades, price }) => {
        for (const trade of price ? trades : []) {
          expect([trade.buyerPrice, trade.sellerPrice]).to.deep.equal([price?.buyer, price?.seller])
        }
        if (trades.length === 0) expect(price).to.equal(undefined)
      })
    })

    it(`reaches ${efficient ? 'what a linear program does' : 'at most what a linear program does, and says by how much less'}`, () => {
      fc.assert(
        fc.property(bookFor(way), (book) => {
          const { trades, welfare, optimum, share } = clearBook(book, way)
          const gains = perOrder(
            trades,
            'bid',
            ({ bid, offer, quantity }) => (bid.price - offer.price) * quantity,
          )
          expect([welfare, optimum]).to.deep.equal([total(gains), largestWelfare(book)])
          expect(welfare <= optimum && welfare >= 0n).to.equal(true)
          expect(share).to.equal(optimum === 0n ? 1 : Number(welfare) / Number(optimum))
          if (efficient) expect(welfare).to.equal(optimum)
        }),
        { numRuns: 150 },
      )
    })

    if (way.mechanism !== 'gsy') {
      it('makes the same of the orders in any sequence', () => {
        check((book, gridFee, cleared) => {
          const turned = { bids: book.bids.toReversed(), offers: book.offers.toReversed() }
          expect(clearBook(turned, { ...way, gridFee })).to.deep.equal(cleared)
        })
      })
    }

    it(strategyProof ? 'rewards no untrue price' : 'rewards some untrue price', () => {
      /** What an actor gains by naming `price` in place of the truth. */
      const gainOf = (book: OrderBook, side: 'bids' | 'offers', index: number, price: bigint) => {
        const told = { ...book, [side]: book[side].with(index, { ...(book[side][index] as Order), price }) }
        const mine = book[side][index]
        return clearBook(told, way).trades.reduce((gain, trade) => {
          if (side === 'bids' && trade.bid.id === mine?.id) {
            return gain + (mine.price - trade.buyerPrice) * trade.quantity
          }
          if (side === 'offers' && trade.offer.id === mine?.id) {
            return gain + (trade.sellerPrice - mine.price) * trade.quantity
          }
          return gain
        }, 0n)
      }
      const misreport = fc.property(
        // Small quantities, so that orders of the same size and units that cannot be shared are common.
        bookFor(way, { sharedActors: false, maxOrders: 6, quantities: fc.bigInt({ min: 1n, max: 6n }) }),
        fc.constantFrom('bids' as const, 'offers' as const),
        fc.nat(),
        fc.bigInt({ min: -14n, max: 14n }),
        (book, side, pick, price) => {
          fc.pre(book[side].length > 0)
          const index = pick % book[side].length
          const truth = gainOf(book, side, index, book[side][index]?.price ?? 0n)
          return gainOf(book, side, index, price) <= truth
        },
      )
      if (strategyProof) fc.assert(misreport, { numRuns: 3000 })
      else expect(fc.check(misreport, { numRuns: 3000 }).failed).to.equal(true)
    })
  })
}
