import { expect } from 'chai'
import { adam, momentum, type Optimiser, sgd } from '../../../../agent/learning/models/optimisers.ts'
import { ConfigError } from '../../../../protocol/errors.ts'

/** Parameters after each of the gradients. */
function walk(optimiser: Optimiser, start: number, gradients: readonly number[]): number[] {
  const parameters = Float64Array.of(start)
  const state = optimiser.start(parameters)
  return gradients.map((gradient, index) => {
    optimiser.step(parameters, Float64Array.of(gradient), state)
    expect(state.steps).to.equal(index + 1)
    return parameters[0] ?? Number.NaN
  })
}

describe('optimisers', () => {
  it('go the steps of gradient descent', () => {
    expect(walk(sgd(0.5), 1, [2, -4])).to.deep.equal([0, 2])
  })

  it('go the steps of momentum', () => {
    // Velocities 2, 0.5 · 2 + 4 = 5, 0.5 · 5 - 1 = 1.5.
    expect(walk(momentum(0.25, 0.5), 1, [2, 4, -1])).to.deep.equal([0.5, -0.75, -1.125])
  })

  it('go the steps of Adam', () => {
    // beta1 1/2, beta2 3/4. First: m = 1, v = 1; both corrected: 2 and 4; step 2 / 2.
    // Then, of -1: m = 0, v = 3/4 + 1/4 = 1; the step is 0. Then, of 3: m = 3/2, v = 3; corrected by 7/8 and 37/64.
    const third = (0.1 * (1.5 / (7 / 8))) / (Math.sqrt(3 / (37 / 64)) + 1e-8)
    const [first, second, last] = walk(adam(0.1, { beta1: 0.5, beta2: 0.75 }), 1, [2, -1, 3])
    expect(first).to.be.closeTo(0.9, 1e-9)
    expect(second).to.equal(first)
    expect(last).to.be.closeTo(0.9 - third, 1e-9)
  })

  it('take off a part of the parameters beside the step, as AdamW does', () => {
    // Of a gradient of 1 the step is the rate; of the parameter 2 it takes off 0.1 · 0.5 · 2.
    const [decayed] = walk(adam(0.1, { weightDecay: 0.5 }), 2, [1])
    expect(decayed).to.be.closeTo(2 - 0.1 - 0.1, 1e-8)
  })

  it('make steps that fall to none by half a cosine', () => {
    // Of equal gradients each step of Adam is the rate: here 1, 3/4, 1/4, and none from then on.
    const found = walk(adam(1, { decaySteps: 3 }), 0, [1, 1, 1, 1, 1])
    for (const [index, sum] of [-1, -1.75, -2, -2, -2].entries()) {
      expect(found[index]).to.be.closeTo(sum, 1e-7)
    }
  })

  it('make the same step of the same state, and leave gradients alone', () => {
    for (const optimiser of [sgd(0.1), momentum(0.1), adam(0.1)]) {
      const gradient = Float32Array.of(1, -2)
      const [one, other] = [Float32Array.of(3, 4), Float32Array.of(3, 4)]
      optimiser.step(one, gradient, optimiser.start(one))
      optimiser.step(other, gradient, optimiser.start(other))
      expect(one).to.deep.equal(other).and.not.deep.equal(Float32Array.of(3, 4))
      expect(gradient).to.deep.equal(Float32Array.of(1, -2))
    }
  })

  it('refuse settings that would not learn, and gradients of another length', () => {
    for (const rate of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      for (const create of [sgd, momentum, adam]) {
        expect(() => create(rate), `${create.name}(${rate})`).to.throw(ConfigError, 'learningRate')
      }
    }
    expect(() => momentum(0.1, 1)).to.throw(ConfigError, 'decay')
    expect(() => adam(0.1, { beta1: Number.NaN })).to.throw(ConfigError, 'beta1')
    expect(() => adam(0.1, { epsilon: 0 })).to.throw(ConfigError, 'epsilon')
    expect(() => adam(0.1, { weightDecay: -1 })).to.throw(ConfigError, 'weightDecay')
    expect(() => adam(0.1, { decaySteps: 1.5 })).to.throw(ConfigError, 'decaySteps')
    for (const optimiser of [sgd(0.1), momentum(0.1), adam(0.1)]) {
      const parameters = Float32Array.of(1, 2)
      expect(() => optimiser.step(parameters, Float32Array.of(1), optimiser.start(parameters))).to.throw(
        ConfigError,
        'gradient',
      )
    }
  })
})
