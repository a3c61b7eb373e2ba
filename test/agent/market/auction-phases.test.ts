import { expect } from 'chai'
import fc from 'fast-check'
import { closing, isSettled, refining, tickOf } from '../../../agent/market/auction-phases.ts'

const now = fc.nat(2 ** 40)
const periods = fc.integer({ min: 1, max: 75_000 }).map((eighth) => eighth * 8)

describe('the phases of auctions', () => {
  it('end together, whenever within a period they began: the first by the clock, the second at a multiple or later', () => {
    fc.assert(
      fc.property(now, periods, (begun, period) => {
        const refined = refining(begun, period)
        expect(refined - begun).to.be.within(tickOf(period), tickOf(period) + period - 1)
        const { earliest, latest } = closing(refined, period)
        expect([refined % period, earliest % period]).to.deep.equal([period / 2, 0])
        expect(latest - begun).to.be.at.most(8 * period)
      }),
    )
  })

  it('end when nothing has moved for a tick, or for four where some have bid and nobody leads', () => {
    const settledAfter = (ticks: number, bidders: number, isLed: boolean) =>
      isSettled({ quiet: 1_000 * ticks, bidders, isLed }, 8_000)
    expect([0.9, 1].map((ticks) => settledAfter(ticks, 3, true))).to.deep.equal([false, true])
    expect([0.9, 1].map((ticks) => settledAfter(ticks, 0, false))).to.deep.equal([false, true])
    expect([3.9, 4].map((ticks) => settledAfter(ticks, 3, false))).to.deep.equal([false, true])
  })
})
