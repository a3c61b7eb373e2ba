import { expect } from 'chai'
import fc from 'fast-check'
import { sgd, train, uniformDraws } from '../../agent/index.ts'
import {
  deviations,
  examplesOf,
  firstAlert,
  model,
  simulate,
} from '../../examples/predictive-maintenance/anomaly.ts'

const ALL_LOADS: [number, number] = [0.1, 0.9]

describe('the example predictive-maintenance', () => {
  describe('finds what is out of the ordinary', () => {
    const draw = uniformDraws(1)
    const local = { epochs: 60, batchSize: 24, optimiser: sgd(0.3) }
    const known = examplesOf(simulate(draw, 24 * 28, ALL_LOADS))
    const parameters = train(model, new Float32Array(model.size), known, local, draw)

    it('by a model of what the work explains', () => {
      const off = deviations(parameters, simulate(draw, 24 * 28, ALL_LOADS))
      const mean = off.reduce((sum, each) => sum + Math.abs(each), 0) / off.length
      // The mean absolute deviation of a normal scatter of 0.15 mm/s is 0.12.
      expect(mean).to.be.within(0.1, 0.14)
    })

    it('in a bearing that wears and not in one that is well, whatever the seed', () => {
      fc.assert(
        fc.property(fc.integer(), (seed) => {
          const alertOf = (wear: number) =>
            firstAlert(parameters, simulate(uniformDraws(seed), 24, [0.4, 0.9], wear))
          expect(alertOf(0)).to.equal(undefined)
          // From the first hour whose six have a mean of more than 0.45 mm/s, 0.12 more each hour; it scatters.
          expect(alertOf(0.12)?.hour).to.be.within(5, 9)
          expect(alertOf(0.12)?.mean).to.be.above(0.45)
        }),
        { numRuns: 50 },
      )
    })

    it('of readings that are numbers', () => {
      const wrong = [[0.5, 1500, 60] as never, [0.5, 1500, 60, Number.NaN] as const]
      for (const reading of wrong) expect(() => firstAlert(parameters, [reading])).to.throw(RangeError)
    })

    it('in six hours and more: fewer tell nothing', () => {
      expect(firstAlert(parameters, simulate(draw, 5, ALL_LOADS, 9))).to.equal(undefined)
    })
  })
})
