import { expect } from 'chai'
import fc from 'fast-check'
import { checkPlan } from '../../../../agent/market/energy/plan.ts'
import { hedged } from '../../../../agent/strategy/energy/hedged.ts'
import type { SlotView } from '../../../../agent/strategy/energy/strategy.ts'
import { truthful } from '../../../../agent/strategy/energy/truthful.ts'

const RETAIL = 300_000n
const FEED_IN = 80_000n

function view(lackWh: readonly number[] | undefined, tariff = 0n): SlotView {
  const middle = lackWh?.[Math.floor(lackWh.length / 2)] ?? 100
  return {
    ...{ home: 0, slot: 0, start: 0, end: 900, lackWh, tariff, battery: undefined, past: [] },
    meter: { loadWh: Math.max(0, middle), pvWh: Math.max(0, -middle) },
    ...{ retailPrice: RETAIL, feedInPrice: FEED_IN },
  }
}

/** What a home pays and forgoes, in thousandths of a minor unit, when it has traded so much at a price. */
function costOf(traded: number, price: bigint, lackWh: readonly number[]): bigint {
  return lackWh.reduce((sum, lack) => {
    const [drawn, left] = [Math.max(0, lack), Math.max(0, -lack)]
    const grid =
      traded >= 0
        ? BigInt(Math.max(0, drawn - traded)) * RETAIL - BigInt(left) * FEED_IN
        : BigInt(Math.max(0, -traded - left)) * RETAIL +
          BigInt(drawn) * RETAIL -
          BigInt(Math.max(0, left + traded)) * FEED_IN
    return sum + BigInt(traded) * price + grid
  }, 0n)
}

describe('hedged', () => {
  const step = (price: bigint, quantity: number) => ({ price, quantity: BigInt(quantity) })
  const outcomes = fc
    .array(fc.integer({ min: -2_000, max: 2_000 }), { minLength: 1, maxLength: 8 })
    .map((values) => values.toSorted((a, b) => a - b))

  it('bids for each Wh what it is worth times how likely it is needed', () => {
    const { order } = hedged(view([100, 200, 200, 400], 5_000n))
    expect(order).to.deep.equal({
      side: 'buy',
      steps: [step(295_000n, 100), step(220_000n, 100), step(70_000n, 200)],
    })
  })

  it('asks for each Wh what it would fetch, and what it costs to make it good where it is not there', () => {
    const { order } = hedged(view([-400, -100, 50, 60]))
    // The first 100 Wh are there in two of four cases, the next 300 in one.
    expect(order).to.deep.equal({ side: 'sell', steps: [step(190_000n, 100), step(245_000n, 300)] })
  })

  it('orders so that what it trades at any price is what costs least on average', () => {
    fc.assert(
      fc.property(outcomes, fc.bigInt({ min: FEED_IN, max: RETAIL }), (lackWh, price) => {
        const { order } = hedged(view(lackWh))
        if (order === undefined) return
        const sign = order.side === 'buy' ? 1 : -1
        const best = order.steps
          .filter((each) => (order.side === 'buy' ? each.price >= price : each.price <= price))
          .reduce((sum, { quantity }) => sum + Number(quantity), 0)
        const least = costOf(sign * best, price, lackWh)
        for (const other of [0, ...lackWh.map((wh) => Math.max(0, sign * wh))]) {
          // A price is a whole number of minor units, so a Wh can be off by less than one of each outcome.
          const slack = BigInt(lackWh.length * 2_000)
          expect(costOf(sign * other, price, lackWh) + slack >= least, `${other} Wh`).to.equal(true)
        }
      }),
    )
  })

  it('plans nothing that its home may not have or need, in steps that a market takes', () => {
    fc.assert(
      fc.property(outcomes, (lackWh) => {
        const seen = view(lackWh)
        expect(() => checkPlan(hedged(seen), seen)).not.to.throw()
      }),
    )
  })

  it('is truthful where it knows', () => {
    expect(hedged(view(undefined))).to.deep.equal(truthful(view(undefined)))
  })
})
