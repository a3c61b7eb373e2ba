import { expect } from 'chai'
import fc from 'fast-check'
import { type ClearingRules, clearSlot } from '../../../../agent/market/clearing.ts'
import {
  compareIds,
  MAX_PRICE,
  type Order,
  type OrderBook,
} from '../../../../agent/market/mechanisms/book.ts'
import { clearBook } from '../../../../agent/market/mechanisms/clear-book.ts'
import { findEquilibrium, type OrderColumns } from '../../../../agent/market/mechanisms/equilibrium.ts'
import type { SlotOrder } from '../../../../protocol/types.ts'
import { anyBook } from './support/books.ts'

const account = '0x00000000000000000000000000000000000000aa'
const rules: ClearingRules = { minPrice: -(2n ** 60n), maxPrice: 2n ** 60n, retailPrice: 0n }

/** Clears a book by the twin of the contract, in the sequence in which the orders stand. */
function byTwin({ bids, offers }: OrderBook) {
  const toSlotOrders = (orders: readonly Order[], side: SlotOrder['side']) =>
    orders.map(
      ({ price, quantity }): SlotOrder => ({ account, side, tariff: 0n, steps: [{ price, quantity }] }),
    )
  const orders = [...toSlotOrders(bids, 'buy'), ...toSlotOrders(offers, 'sell')]
  const { price, quantity, fills } = clearSlot(
    orders,
    orders.map(() => 2n ** 200n),
    rules,
  )
  return {
    price: quantity === 0n ? undefined : price,
    quantity,
    bought: fills.slice(0, bids.length),
    sold: fills.slice(bids.length).map((fill) => -fill),
  }
}

/** Clears it by the fast search, in the same sequence. */
function bySearch({ bids, offers }: OrderBook) {
  const { price, quantity, bought, sold } = findEquilibrium(columnsOf(bids), columnsOf(offers))
  const integers = (values: Float64Array) => [...values].map(BigInt)
  return {
    price: price === undefined ? undefined : BigInt(price),
    quantity: BigInt(quantity),
    bought: integers(bought),
    sold: integers(sold),
  }
}

function columnsOf(orders: readonly Order[]): OrderColumns {
  return {
    prices: Float64Array.from(orders, ({ price }) => Number(price)),
    quantities: Float64Array.from(orders, ({ quantity }) => Number(quantity)),
  }
}

const byId = ({ bids, offers }: OrderBook) => ({
  bids: bids.toSorted((a, b) => compareIds(a.id, b.id)),
  offers: offers.toSorted((a, b) => compareIds(a.id, b.id)),
})

/** Few prices or any, small quantities or such as leave little room below 2^53. */
const books = {
  'few prices': anyBook({ maxOrders: 30 }),
  'any prices': anyBook({ prices: fc.bigInt({ min: -MAX_PRICE, max: MAX_PRICE }), maxOrders: 30 }),
  'extreme prices': anyBook({
    prices: fc.constantFrom(-MAX_PRICE, 1n - MAX_PRICE, MAX_PRICE - 1n, MAX_PRICE),
  }),
  'large quantities': anyBook({ quantities: fc.bigInt({ min: 1n, max: 2n ** 49n }), maxOrders: 15 }),
}

for (const [what, book] of Object.entries(books)) {
  describe(`the fast search for an equilibrium, with ${what}`, () => {
    it("finds to the unit what the contract's twin does, in any sequence of the orders", () => {
      fc.assert(
        fc.property(book, (each) => {
          expect(bySearch(each)).to.deep.equal(byTwin(each))
        }),
        { numRuns: 1000 },
      )
    })

    it('is the uniform mechanism, with the orders in the sequence of their ids', () => {
      fc.assert(
        fc.property(book, (each) => {
          const sorted = byId(each)
          const { price, quantity, bought, sold } = byTwin(sorted)
          const { trades, ...cleared } = clearBook(each)
          expect([cleared.price?.buyer, cleared.price?.seller]).to.deep.equal([price, price])
          expect(cleared.quantity).to.equal(quantity)
          for (const [side, fills] of [['bid', bought] as const, ['offer', sold] as const]) {
            const filled = sorted[`${side}s`].map(({ id }) =>
              trades.reduce((sum, trade) => (trade[side].id === id ? sum + trade.quantity : sum), 0n),
            )
            expect(filled).to.deep.equal(fills)
          }
        }),
        { numRuns: 300 },
      )
    })

    it('shares the margin pro rata: each order within one Wh of its exact share', () => {
      fc.assert(
        fc.property(book, (each) => {
          const { price, quantity, bought, sold } = bySearch(each)
          for (const [orders, fills, isBuying] of [
            [each.bids, bought, true],
            [each.offers, sold, false],
          ] as const) {
            const margin = orders.map((order) => (order.price === price ? order.quantity : 0n))
            const better = orders.map((order) =>
              price !== undefined && order.price !== price && order.price > price === isBuying
                ? order.quantity
                : 0n,
            )
            const sum = (values: bigint[]) => values.reduce((all, value) => all + value, 0n)
            const rest = quantity - sum(better)
            orders.forEach((_, i) => {
              const off = ((fills[i] ?? 0n) - (better[i] ?? 0n)) * sum(margin) - (margin[i] ?? 0n) * rest
              expect(off === 0n || (off < sum(margin) && -off < sum(margin))).to.equal(true)
            })
          }
        }),
        { numRuns: 300 },
      )
    })

    it('moves at most one Wh to or from an order when the sequence is another', () => {
      fc.assert(
        fc.property(book, (each) => {
          const [there, back] = [
            bySearch(each),
            bySearch({ bids: each.bids.toReversed(), offers: each.offers.toReversed() }),
          ]
          expect([back.price, back.quantity]).to.deep.equal([there.price, there.quantity])
          for (const side of ['bought', 'sold'] as const) {
            const turned = back[side].toReversed()
            there[side].forEach((fill, i) => {
              expect(Math.abs(Number(fill - (turned[i] ?? 0n)))).to.be.at.most(1)
            })
          }
        }),
        { numRuns: 300 },
      )
    })
  })
}

describe('the fast search for an equilibrium', () => {
  const side = (prices: number[], quantities = prices.map(() => 1)): OrderColumns => ({
    prices: Float64Array.from(prices),
    quantities: Float64Array.from(quantities),
  })
  const none = side([])

  it('needs few steps however far the prices are apart, and however many are the same', () => {
    const same = side(Array.from({ length: 1000 }, () => 7))
    expect(findEquilibrium(same, same)).to.include({ price: 7, quantity: 1000 })
    const doubling = side(Array.from({ length: 52 }, (_, i) => 2 ** i))
    expect(findEquilibrium(doubling, doubling)).to.include({ price: 2 ** 25 + 2 ** 24, quantity: 26 })
  })

  const faulty: [string, OrderColumns, string][] = [
    ['a price with a fraction', side([1, 0.5]), 'bids.prices[1]'],
    ['a price that is no number', side([Number.NaN]), 'bids.prices[0]'],
    ['a price beyond its bound', side([-(2 ** 52) - 2]), 'bids.prices[0]'],
    ['a quantity of nothing', side([1], [0]), 'bids.quantities[0]'],
    ['an endless quantity', side([1], [Number.POSITIVE_INFINITY]), 'bids.quantities[0]'],
    ['quantities that a double does not sum', side([1, 1], [2 ** 52, 2 ** 52]), 'bids.quantities[1]'],
    ['a price without a quantity', side([1, 1], [1]), 'bids.quantities'],
  ]
  for (const [what, bids, field] of faulty) {
    it(`refuses ${what}`, () => {
      expect(() => findEquilibrium(bids, none))
        .to.throw()
        .with.property('field', field)
    })
  }

  it('trades nothing where a side has no orders', () => {
    for (const [bids, offers] of [
      [none, none],
      [side([5]), none],
      [none, side([5])],
    ] as const) {
      expect(findEquilibrium(bids, offers)).to.include({ price: undefined, quantity: 0 })
    }
  })
})
