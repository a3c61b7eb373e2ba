import { expect } from 'chai'
import fc from 'fast-check'
import { fedAdam } from '../../../../agent/index.ts'
import { at } from './support.ts'

describe('FedAdam', () => {
  it('is two rounds by hand', () => {
    const settings = { rate: 2, beta1: 0.5, beta2: 0.75, tau: 1 }
    const first = fedAdam(Float64Array.of(3, 0), undefined, settings)
    // m = 1.5; v = 0.75 + 0.25 * 9 = 3
    expect(first.state).to.deep.equal({ m: Float64Array.of(1.5, 0), v: Float64Array.of(3, 0.75) })
    expect(at(first.step, 0)).to.be.closeTo(3 / (Math.sqrt(3) + 1), 1e-15)
    expect(at(first.step, 1)).to.equal(0)

    const second = fedAdam(Float32Array.of(-1, 2), first.state, settings)
    // m = 0.75 - 0.5 and 1; v = 2.25 + 0.25 and 0.5625 + 1
    expect(second.state).to.deep.equal({ m: Float64Array.of(0.25, 1), v: Float64Array.of(2.5, 1.5625) })
    expect(at(second.step, 0)).to.be.closeTo(0.5 / (Math.sqrt(2.5) + 1), 1e-15)
    expect(at(second.step, 1)).to.be.closeTo(2 / 2.25, 1e-15)
  })

  it('leaves aggregate and state as they are', () => {
    const aggregate = Float64Array.of(1)
    const { state } = fedAdam(aggregate, undefined, { rate: 0.1 })
    const before = structuredClone(state)
    fedAdam(aggregate, state, { rate: 0.1 })
    expect(state).to.deep.equal(before)
    expect(aggregate).to.deep.equal(Float64Array.of(1))
  })

  it('steps the way of the first aggregate, by at most rate (1 - beta1) / sqrt(1 - beta2)', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (delta) => {
        const { step } = fedAdam(Float64Array.of(delta), undefined, { rate: 0.1 })
        expect(Math.abs(at(step, 0))).to.be.at.most((0.1 * 0.1) / Math.sqrt(0.01) + 1e-12)
        expect(at(step, 0) * delta).to.be.at.least(0)
      }),
    )
  })

  it('refuses what cannot be meant', () => {
    const { state } = fedAdam(Float64Array.of(1), undefined, { rate: 0.1 })
    const one = Float64Array.of(1)
    for (const [call, field] of [
      [() => fedAdam(Float64Array.of(Number.NaN), undefined, { rate: 0.1 }), 'updates[0][0]'],
      [() => fedAdam(Float64Array.of(1, 2), state, { rate: 0.1 }), 'state'],
      [() => fedAdam(one, undefined, { rate: 0 }), 'rate'],
      [() => fedAdam(one, undefined, { rate: 0.1, beta1: 1 }), 'beta1'],
      [() => fedAdam(one, undefined, { rate: 0.1, beta2: -0.1 }), 'beta2'],
      [() => fedAdam(one, undefined, { rate: 0.1, tau: 0 }), 'tau'],
      [() => fedAdam(Float64Array.of(1e200), undefined, { rate: 0.1 }), 'updates'],
    ] as const) {
      expect(call).to.throw().that.includes({ field })
    }
  })
})
