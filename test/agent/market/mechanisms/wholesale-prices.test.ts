import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { type ClearingRules, clearSlot } from '../../../../agent/market/clearing.ts'
import type { Order } from '../../../../agent/market/mechanisms/book.ts'
import { clearBook } from '../../../../agent/market/mechanisms/clear-book.ts'
import { everyWay, nameOf } from './support/books.ts'

/** Minor units per kWh, at six decimals, of an AUD/MWh with at most two. */
const toMinorUnits = (price: string) => BigInt(Math.round(Number(price) * 100)) * 10n

const file = new URL('../../../vectors/aemo_nsw1_2025-01_5min_price_demand.csv', import.meta.url)
const prices = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((row) => toMinorUnits(row.split(',')[1] ?? ''))

/** An hour's prices are the bids of a book, those of the next hour its offers. */
const HOUR = 12
const toOrders = (name: string, at: number) =>
  prices
    .slice(at, at + HOUR)
    .map((price, index): Order => ({ id: index, actor: `${name}${index}`, price, quantity: 1_000_000n }))
const books = Array.from({ length: prices.length / HOUR - 1 }, (_, hour) => ({
  bids: toOrders('b', hour * HOUR),
  offers: toOrders('o', (hour + 1) * HOUR),
}))

describe('real wholesale prices, from -999.99 to 17,500.00 AUD/MWh', () => {
  it('are all there', () => {
    const sorted = prices.toSorted((a, b) => Number(a - b))
    expect([sorted.length, sorted[0], sorted.at(-1)]).to.deep.equal([8928, -999_990n, 17_500_000n])
    expect(prices.filter((price) => price < 0n)).to.have.length(1355)
  })

  for (const way of everyWay) {
    it(`go through ${nameOf(way)}`, () => {
      let [traded, belowZero] = [0, 0]
      for (const book of books) {
        const { trades, paid, received, leftOver, welfare, optimum } = clearBook(book, way)
        for (const { bid, offer, buyerPrice, sellerPrice } of trades) {
          expect(offer.price <= sellerPrice && sellerPrice <= buyerPrice && buyerPrice <= bid.price).to.equal(
            true,
          )
          traded += 1
          if (buyerPrice < 0n) belowZero += 1
        }
        expect(paid - received).to.equal(leftOver)
        expect(welfare >= 0n && welfare <= optimum).to.equal(true)
      }
      expect(traded, 'trades').to.be.above(1000)
      expect(belowZero, 'trades below zero').to.be.above(100)
    })
  }

  it('clear as in the contract, a month of one book', () => {
    const half = prices.length / 2
    const order = (price: bigint, id: number): Order => ({
      id,
      actor: id,
      price,
      quantity: BigInt(1 + (id % 977)),
    })
    const book = { bids: prices.slice(0, half).map(order), offers: prices.slice(half).map(order) }
    const account = '0x00000000000000000000000000000000000000aa'
    const orders = Object.entries(book).flatMap(([side, list]) =>
      list.map(({ price, quantity }) => ({
        account,
        side: side === 'bids' ? 'buy' : 'sell',
        tariff: 0n,
        steps: [{ price, quantity }],
      })),
    ) as Parameters<typeof clearSlot>[0]
    const rules: ClearingRules = { minPrice: -(10n ** 9n), maxPrice: 10n ** 9n, retailPrice: 0n }
    const twin = clearSlot(
      orders,
      orders.map(() => 10n ** 30n),
      rules,
    )
    const { price, quantity } = clearBook(book)
    expect([price?.buyer, quantity]).to.deep.equal([twin.price, twin.quantity])
  })
})
