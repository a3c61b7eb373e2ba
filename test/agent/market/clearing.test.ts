import { expect } from 'chai'
import fc from 'fast-check'
import { clearSlot, worstCost } from '../../../agent/market/clearing.ts'
import type { PriceStep, SlotOrder } from '../../../protocol/types.ts'

const account = '0x00000000000000000000000000000000000000aa'
const rules = { minPrice: -6n, maxPrice: 12n, retailPrice: 9n }
const PLENTY = 10n ** 12n

const order = (side: SlotOrder['side'], ...steps: [price: bigint, quantity: bigint][]): SlotOrder => ({
  account,
  side,
  tariff: 0n,
  steps: steps.map(([price, quantity]) => ({ price, quantity })),
})
const clear = (...orders: SlotOrder[]) =>
  clearSlot(
    orders,
    orders.map(() => PLENTY),
    rules,
  )

/** Orders with few prices and small quantities, so that ties are common. */
const anyOrder = fc
  .record({
    side: fc.constantFrom('buy' as const, 'sell' as const),
    tariff: fc.bigInt({ min: 0n, max: 3n }),
    prices: fc.uniqueArray(fc.bigInt({ min: -6n, max: 12n }), { minLength: 1, maxLength: 4 }),
    quantities: fc.array(fc.bigInt({ min: 1n, max: 2000n }), { minLength: 4, maxLength: 4 }),
  })
  .map(({ side, tariff, prices, quantities }): SlotOrder => {
    const sorted = prices.toSorted((a, b) => Number(side === 'buy' ? b - a : a - b))
    return {
      account,
      side,
      tariff,
      steps: sorted.map((price, i) => ({ price, quantity: quantities[i] ?? 1n })),
    }
  })
const anyBook = fc.array(fc.tuple(anyOrder, fc.bigInt({ min: 0n, max: 60n })), { maxLength: 8 })

const sum = (values: readonly bigint[]) => values.reduce((all, value) => all + value, 0n)
const quantityOf = (steps: readonly PriceStep[], counts: (price: bigint) => boolean) =>
  sum(steps.map(({ price, quantity }) => (counts(price) ? quantity : 0n)))
const absolute = (value: bigint) => (value < 0n ? -value : value)

describe('clearSlot', () => {
  it('takes the middle of the prices at which everything can be filled, rounded down', () => {
    expect(clear(order('buy', [8n, 5n]), order('sell', [3n, 5n])).price).to.equal(5n)
    expect(clear(order('buy', [-2n, 5n]), order('sell', [-5n, 5n])).price).to.equal(-4n)
    expect(clear(order('buy', [8n, 6n]), order('sell', [3n, 5n])).price).to.equal(8n)
    expect(clear(order('buy', [8n, 5n]), order('sell', [3n, 6n])).price).to.equal(3n)
  })

  it('has a price where nothing trades', () => {
    expect(clear().price).to.equal(3n)
    expect(clear(order('buy', [4n, 5n])).price).to.equal(8n)
    expect(clear(order('sell', [4n, 5n])).price).to.equal(-1n)
    const apart = clear(order('buy', [2n, 5n]), order('sell', [9n, 5n]))
    expect(apart).to.include({ price: 5n, quantity: 0n })
    expect(apart.fills).to.deep.equal([0n, 0n])
  })

  it('shares the margin at rounded-down marks, in the sequence of the orders', () => {
    const { price, fills } = clear(
      order('buy', [5n, 10n]),
      order('sell', [5n, 7n]),
      order('sell', [5n, 7n]),
      order('sell', [5n, 7n]),
    )
    expect(price).to.equal(5n)
    expect(fills).to.deep.equal([10n, -3n, -3n, -4n])
  })

  it('is, for any book, an equilibrium at the only price that is one in the middle', () => {
    fc.assert(
      fc.property(anyBook, (book) => {
        const orders = book.map(([each]) => each)
        const result = clearSlot(
          orders,
          book.map(([, balance]) => balance),
          rules,
        )
        const live = orders.filter((_, i) => !result.voided[i])
        const isEquilibrium = (price: bigint) => {
          const at = (side: SlotOrder['side'], counts: (limit: bigint) => boolean) =>
            sum(live.map(({ side: own, steps }) => (own === side ? quantityOf(steps, counts) : 0n)))
          return (
            at('buy', (limit) => limit > price) <= at('sell', (limit) => limit <= price) &&
            at('sell', (limit) => limit < price) <= at('buy', (limit) => limit >= price)
          )
        }
        const all = Array.from({ length: 19 }, (_, i) => BigInt(i) - 6n).filter(isEquilibrium)
        expect(result.price).to.equal(((all[0] ?? 0n) + (all.at(-1) ?? 0n)) >> 1n)
        expect(isEquilibrium(result.price)).to.equal(true)
      }),
      { numRuns: 1000 },
    )
  })

  it('conserves energy and money, and asks of nobody more than its limits and its balance', () => {
    fc.assert(
      fc.property(anyBook, (book) => {
        const orders = book.map(([each]) => each)
        const balances = book.map(([, balance]) => balance)
        const { price, quantity, fills, deltas, reserves, fees, voided } = clearSlot(orders, balances, rules)
        expect(sum(fills)).to.equal(0n)
        expect(sum(fills.map(absolute))).to.equal(2n * quantity)
        expect(sum(deltas) + reserves + fees).to.equal(0n)
        expect(fees >= 0n && reserves >= 0n).to.equal(true)
        for (const [i, each] of orders.entries()) {
          const filled = absolute(fills[i] ?? 0n)
          const better = quantityOf(each.steps, (limit) =>
            each.side === 'buy' ? limit > price : limit < price,
          )
          const most = better + quantityOf(each.steps, (limit) => limit === price)
          const balance = balances[i] ?? 0n
          expect(voided[i]).to.equal(worstCost(each, rules) > balance)
          if (voided[i]) expect(filled).to.equal(0n)
          else expect(filled >= better && filled <= most).to.equal(true)
          expect(balance + (deltas[i] ?? 0n) >= 0n, 'what it pays is covered').to.equal(true)
          expect(-(deltas[i] ?? 0n) <= worstCost(each, rules)).to.equal(true)
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('gives the same to whoever asks again, and the same price in any sequence', () => {
    fc.assert(
      fc.property(anyBook, (book) => {
        const run = (entries: typeof book) =>
          clearSlot(
            entries.map(([each]) => each),
            entries.map(([, balance]) => balance),
            rules,
          )
        const result = run(book)
        expect(run(book)).to.deep.equal(result)
        const { price, quantity } = run(book.toReversed())
        expect({ price, quantity }).to.deep.equal({ price: result.price, quantity: result.quantity })
      }),
    )
  })
})

describe('worstCost', () => {
  it('is the most that any price which the order accepts can cost', () => {
    expect(worstCost(order('buy', [9n, 1000n], [5n, 2000n]), rules)).to.equal(15n)
    expect(worstCost({ ...order('buy', [9n, 1000n], [5n, 500n]), tariff: 1n }, rules)).to.equal(10n)
    expect(worstCost(order('buy', [-1n, 1000n]), rules)).to.equal(0n)
    expect(worstCost(order('buy', [1n, 1n]), rules)).to.equal(1n)
    expect(worstCost(order('sell', [-2n, 1000n], [4n, 2000n]), rules)).to.equal(15n)
    expect(worstCost(order('sell', [9n, 1000n]), rules)).to.equal(0n)
  })
})
