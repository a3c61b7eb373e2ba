import { expect } from 'chai'
import fc from 'fast-check'
import { concede, LAST_ROUND, type Tactic } from '../../../agent/strategy/concession.ts'
import { STRATEGIES } from '../../../agent/strategy/index.ts'
import { MAX_ROUNDS } from '../../../protocol/limits.ts'
import { uint } from '../../protocol/support/arbitraries.ts'

const side = fc.constantFrom('buy' as const, 'sell' as const)
/** Any prices that the wire can carry, the lower one first. */
const limits = fc
  .tuple(uint(64n), uint(64n))
  .map(([a, b]) => (a < b ? { low: a, high: b } : { low: b, high: a }))
const tactic: fc.Arbitrary<Tactic> = fc.oneof(
  fc.constantFrom(...Object.values<Tactic>(STRATEGIES)),
  fc.record({
    opening: fc.oneof(fc.constantFrom(0, 100), fc.integer({ min: 0, max: 100 })),
    beta: fc.double({ min: 0.05, max: 20, noNaN: true }),
  }),
)

describe('concede', () => {
  it('works out the example of its documentation', () => {
    expect(concede('sell', { low: 80_000n, high: 300_000n }, { opening: 70, beta: 1 }, 1)).to.equal(234_000n)
  })

  it('gives way step by step and never takes a step back', () => {
    fc.assert(
      fc.property(side, limits, tactic, (who, bounds, how) => {
        const prices = Array.from({ length: MAX_ROUNDS + 2 }, (_, i) => concede(who, bounds, how, i + 1))
        const sorted = prices.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
        expect(prices).to.deep.equal(who === 'buy' ? sorted : sorted.toReversed())
      }),
    )
  })

  it('stays within the limits at every round', () => {
    fc.assert(
      fc.property(side, limits, tactic, fc.integer({ min: -1, max: 100 }), (who, bounds, how, round) => {
        const price = concede(who, bounds, how, round)
        expect(price >= bounds.low && price <= bounds.high, `${price}`).to.equal(true)
      }),
    )
  })

  it('is at its own limit from the last round on, within the rounds that a negotiation has', () => {
    expect(LAST_ROUND).to.be.at.most(MAX_ROUNDS)
    fc.assert(
      fc.property(side, limits, tactic, fc.nat({ max: 50 }), (who, bounds, how, later) => {
        const price = concede(who, bounds, how, LAST_ROUND + later)
        expect(price).to.equal(who === 'buy' ? bounds.high : bounds.low)
      }),
    )
  })

  it('opens at its share of the way to the other limit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), uint(63n), uint(63n), (opening, low, width) => {
        const bounds = { low, high: low + width }
        const gain = (width * BigInt(opening)) / 100n
        expect(concede('sell', bounds, { opening, beta: 1 }, 1)).to.equal(low + gain)
        expect(concede('buy', bounds, { opening, beta: 1 }, 1)).to.equal(bounds.high - gain)
      }),
    )
  })

  it('sells for no less than its own limit and buys for no more, if the limits are the wrong way round', () => {
    fc.assert(
      fc.property(limits, tactic, fc.integer({ min: 1, max: 10 }), ({ low, high }, how, round) => {
        const inverted = { low: high, high: low }
        expect(concede('sell', inverted, how, round) >= inverted.low).to.equal(true)
        expect(concede('buy', inverted, how, round) <= inverted.high).to.equal(true)
      }),
    )
  })
})
