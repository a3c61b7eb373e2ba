import { expect } from 'chai'
import fc from 'fast-check'
import { combine } from '../../../../agent/learning/forecasting/combination.ts'
import { SEED } from '../../../seed.ts'

const SLOT = 900

describe(`combination of a model with the latest reading, seed ${SEED}`, () => {
  const numbers = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 12, maxLength: 12 })

  it('trusts the model at first, and a calculation by hand after it was wrong', () => {
    const [first, second] = combine([1, 1], [0, 0], [0, 0], 1, SLOT)
    expect(first).to.equal(1)
    expect(second).to.be.closeTo(2 / 3, 1e-12)
    const fades = Math.exp(-SLOT / 45_000)
    const third = combine([1, 1, 1], [0, 0, 0], [0, 0.5, 0], 1, SLOT)[2]
    expect(third).to.be.closeTo((2 + 0.5) / (2 + fades + 1), 1e-12)
  })

  it('stays between the two, and with a model that was right', () => {
    fc.assert(
      fc.property(numbers, numbers, numbers, (model, latest, measured) => {
        for (const [slot, value] of combine(model, latest, measured, 2, SLOT).entries()) {
          const [one, other] = [model[slot] ?? 0, latest[slot] ?? 0]
          expect(value).to.be.within(Math.min(one, other) - 1e-9, Math.max(one, other) + 1e-9)
        }
        const right = [...combine(model, latest, model, 2, SLOT)]
        for (const [slot, value] of right.entries()) expect(value).to.be.closeTo(model[slot] ?? 0, 1e-9)
      }),
      { seed: SEED },
    )
  })

  it('knows no reading before its time', () => {
    fc.assert(
      fc.property(
        numbers,
        numbers,
        numbers,
        fc.integer({ min: 1, max: 4 }),
        (model, latest, measured, horizon) => {
          const before = combine(model, latest, measured, horizon, SLOT)
          const after = combine(model, latest, measured.with(5, 99), horizon, SLOT)
          expect([...after.subarray(0, 5 + horizon)]).to.deep.equal([...before.subarray(0, 5 + horizon)])
        },
      ),
      { seed: SEED },
    )
  })
})
