import { expect } from 'chai'
import fc from 'fast-check'
import { applyAggregate, quantise } from '../../../../agent/learning/rounds/quantise.ts'
import { failure } from '../../../protocol/support/failure.ts'
import { SEED } from '../../../seed.ts'

const values = fc.float32Array({ noNaN: true, min: -1000, max: 1000, minLength: 1, maxLength: 50 })

describe(`updates in fixed point (seed ${SEED})`, () => {
  it('are rounded to the nearest unit, and cut to the range', () => {
    expect([...quantise(Float32Array.of(0.5, -3, 0.0049, -0.006, 2), 100, 200)]).to.deep.equal([
      50, -200, 0, -1, 200,
    ])
  })

  it('are as near as half a unit to what was trained, within the range', () => {
    fc.assert(
      fc.property(values, (update) => {
        const fixed = quantise(update, 2 ** 16, 2 ** 31 - 1)
        for (const [i, value] of update.entries()) {
          const clipped = Math.min(Math.max(value * 2 ** 16, -(2 ** 31) + 1), 2 ** 31 - 1)
          expect(Math.abs((fixed[i] ?? 0) - clipped)).to.be.at.most(0.5)
        }
      }),
      { seed: SEED },
    )
  })

  it('are refused when training has diverged, with the place', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const error = failure(() => quantise(Float32Array.of(1, value), 100, 200))
      expect(error).to.include({ name: 'ConfigError', code: 'NOT_FINITE', field: 'update[1]' })
    }
  })

  it('change a model by what they say', () => {
    const model = applyAggregate(Float32Array.of(1, 2), Int32Array.of(50, -200), 100)
    expect(model).to.deep.equal(Float32Array.of(1.5, 0))
  })
})
