import { expect } from 'chai'
import fc from 'fast-check'
import { meritOrder, pathOf, ticksOf } from '../../../web/views/energy/curves.ts'

const step = fc.record({ price: fc.integer({ min: -500, max: 500 }), wh: fc.integer({ min: 0, max: 900 }) })

describe('curves of an order book', () => {
  it('take bids from the highest price down, and asks from the lowest up', () => {
    const steps = [
      { price: 2, wh: 10 },
      { price: 3, wh: 5 },
      { price: 2, wh: 1 },
    ]
    expect(meritOrder(steps, 'buy')).to.deep.equal([
      { from: 0, to: 5, price: 3 },
      { from: 5, to: 16, price: 2 },
    ])
    expect(meritOrder(steps, 'sell')).to.deep.equal([
      { from: 0, to: 11, price: 2 },
      { from: 11, to: 16, price: 3 },
    ])
  })

  it('have all energy, without gaps, and prices that only fall or only rise', () => {
    fc.assert(
      fc.property(fc.array(step), fc.constantFrom('buy' as const, 'sell' as const), (steps, side) => {
        const levels = meritOrder(steps, side)
        expect(levels.at(-1)?.to ?? 0).to.equal(steps.reduce((sum, { wh }) => sum + wh, 0))
        for (const [place, { from, to, price }] of levels.entries()) {
          const before = levels[place - 1]
          expect(from).to.equal(before?.to ?? 0)
          expect(to).to.be.above(from)
          if (before) expect(side === 'buy' ? before.price - price : price - before.price).to.be.above(0)
        }
      }),
    )
  })

  it('are drawn as steps', () => {
    const levels = meritOrder(
      [
        { price: 3, wh: 5 },
        { price: 2, wh: 5 },
      ],
      'buy',
    )
    expect(
      pathOf(
        levels,
        (wh) => wh * 10,
        (price) => -price,
      ),
    ).to.equal('M0.0 -3.0H50.0L50.0 -2.0H100.0')
  })

  it('have axes of round numbers within what is shown', () => {
    expect(ticksOf(0, 1, 4)).to.deep.equal([0, 0.5, 1])
    expect(ticksOf(-3, 950, 5)).to.deep.equal([0, 200, 400, 600, 800])
    expect(ticksOf(2, 2, 5)).to.deep.equal([2])
    fc.assert(
      fc.property(fc.integer({ min: -1e6, max: 1e6 }), fc.integer({ min: 1, max: 1e6 }), (low, span) => {
        const ticks = ticksOf(low, low + span, 5)
        expect(ticks.length).to.be.within(1, 6)
        expect(Math.min(...ticks)).to.be.at.least(low - span / 1e4)
        expect(Math.max(...ticks)).to.be.at.most(low + span + span / 1e4)
      }),
    )
  })
})
