import { expect } from 'chai'
import fc from 'fast-check'
import { denormalise, normalise, scaleOf } from '../../../../agent/learning/forecasting/index.ts'
import { SEED } from '../../../seed.ts'

describe('scale of a home', () => {
  const series = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 50 })

  it('is that of a calculation by hand', () => {
    const { mean, deviation } = scaleOf(Float64Array.of(0, 100, 400))
    expect(mean).to.equal(10)
    expect(deviation).to.be.closeTo(Math.sqrt(200 / 3), 1e-12)
  })

  it(`is undone, seed ${SEED}`, () => {
    fc.assert(
      fc.property(series, fc.double({ min: 0, max: 1e9, noNaN: true }), (values, wh) => {
        const scale = scaleOf(Float64Array.from(values))
        expect(denormalise(normalise(Math.sqrt(wh), scale), scale)).to.be.closeTo(wh, 1e-6 * (1 + wh))
      }),
      { seed: SEED },
    )
  })

  it(`brings every home to a mean of 0 and a deviation of 1, seed ${SEED}`, () => {
    fc.assert(
      fc.property(series, (values) => {
        fc.pre(new Set(values).size > 1)
        const scale = scaleOf(Float64Array.from(values))
        const scaled = values.map((value) => normalise(Math.sqrt(value), scale))
        const mean = scaled.reduce((sum, value) => sum + value, 0) / scaled.length
        const square = scaled.reduce((sum, value) => sum + value * value, 0) / scaled.length
        expect(mean).to.be.closeTo(0, 1e-6)
        expect(square).to.be.closeTo(1, 1e-6)
      }),
      { seed: SEED },
    )
  })

  it('keeps the spread of a home that hardly varies', () => {
    const { deviation } = scaleOf(Float64Array.of(15_810, 15_811))
    expect(deviation).to.be.closeTo((Math.sqrt(15_811) - Math.sqrt(15_810)) / 2, 1e-9)
  })

  it('divides what is always the same by nothing', () => {
    expect(scaleOf(Float64Array.of(7, 7, 7)).deviation).to.equal(1)
    expect(scaleOf(new Float64Array(3))).to.deep.equal({ mean: 0, deviation: 1 })
  })

  it('gives no energy below none', () => {
    expect(denormalise(-5, { mean: 1, deviation: 1 })).to.equal(0)
  })
})
