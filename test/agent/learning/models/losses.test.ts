import { expect } from 'chai'
import fc from 'fast-check'
import { absoluteError } from '../../../../agent/learning/models/losses.ts'
import { ConfigError } from '../../../../protocol/errors.ts'
import { SEED } from '../../../seed.ts'

describe(`loss by absolute errors, seed ${SEED}`, () => {
  it('is what a calculation by hand says, with its gradient', () => {
    // Errors 4 and 0 with a width of 3: √25 - 3 = 2 and 0; slopes 4/5 and 0, each of one output of two.
    const outputs = Float64Array.of(5, 7)
    expect(absoluteError(3).differentiate(outputs, Float64Array.of(1, 7), 1)).to.equal(1)
    expect([...outputs]).to.deep.equal([0.4, 0])
  })

  it('has the slope that its differences have, and never more than 1', () => {
    const value = fc.double({ min: -50, max: 50, noNaN: true })
    fc.assert(
      fc.property(value, value, fc.double({ min: 0.1, max: 5, noNaN: true }), (output, target, width) => {
        const loss = absoluteError(width)
        const at = (other: number) => loss.differentiate(Float64Array.of(other), Float64Array.of(target), 1)
        const outputs = Float64Array.of(output)
        loss.differentiate(outputs, Float64Array.of(target), 1)
        const slope = outputs[0] ?? Number.NaN
        expect(slope).to.be.closeTo((at(output + 1e-5) - at(output - 1e-5)) / 2e-5, 1e-5)
        expect(Math.abs(slope)).to.be.at.most(1)
      }),
      { seed: SEED },
    )
  })

  it('refuses a width that is none', () => {
    for (const width of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => absoluteError(width)).to.throw(ConfigError, 'width')
    }
  })
})
