import { expect } from 'chai'
import { linearRegression, softmaxRegression } from '../../../../agent/learning/models/networks.ts'
import { type Optimiser, sgd } from '../../../../agent/learning/models/optimisers.ts'
import { accuracy, classesOf } from '../../../../agent/learning/training/evaluation.ts'
import { train } from '../../../../agent/learning/training/local.ts'
import { uniformDraws } from '../../../../agent/market/uniform-draws.ts'
import { ConfigError } from '../../../../protocol/errors.ts'

const floats = (...values: number[]) => Float32Array.from(values)

describe('local training', () => {
  const model = linearRegression(1)
  /** Of each gradient nothing but the number of the steps is used. */
  const counting: Optimiser = {
    start: () => ({ steps: 0, averages: [] }),
    step(parameters) {
      parameters[0] = (parameters[0] ?? 0) + 1
    },
  }
  const line = { rows: 5, inputs: floats(0, 1, 2, 3, 4), targets: floats(1, 3, 5, 7, 9) }

  it('makes one step a batch, the last one of what is left, in every epoch', () => {
    const local = { epochs: 3, batchSize: 2, optimiser: counting }
    expect(train(model, floats(0, 0), line, local, uniformDraws(1))[0]).to.equal(9)
  })

  it('makes the step that a calculation by hand does', () => {
    // Of y = 0 at x = 2 with 4 wanted: the error is -4, its slopes 2 · -4 · 2 and 2 · -4.
    const example = { rows: 1, inputs: floats(2), targets: floats(4) }
    const local = { epochs: 1, batchSize: 1, optimiser: sgd(0.125) }
    expect([...train(model, floats(0, 0), example, local, uniformDraws(1))]).to.deep.equal([2, 1])
  })

  it('is held back to where it began, as a calculation by hand is (FedProx)', () => {
    // From (0, 1) at x = 2 with 5 wanted: the first step is not held back, to (4, 3) by slopes of -16 and -8 times 1/4.
    // There y = 11: slopes 24 and 12, and the distances 4 and 2 twice.
    const example = { rows: 1, inputs: floats(2), targets: floats(5) }
    const local = { epochs: 2, batchSize: 1, optimiser: sgd(0.25), proximal: 2 }
    expect([...train(model, floats(0, 1), example, local, uniformDraws(1))]).to.deep.equal([
      4 - (24 + 2 * 4) / 4,
      3 - (12 + 2 * 2) / 4,
    ])
  })

  it('finds a line, is the same for the same lots, and leaves what it began with', () => {
    const local = { epochs: 300, batchSize: 2, optimiser: sgd(0.04) }
    const start = floats(0, 0)
    const found = train(model, start, line, local, uniformDraws(3))
    expect(found[0]).to.be.closeTo(2, 1e-4)
    expect(found[1]).to.be.closeTo(1, 1e-3)
    expect(train(model, start, line, local, uniformDraws(3))).to.deep.equal(found)
    const once = { ...local, epochs: 1 }
    expect(train(model, start, line, once, uniformDraws(3))).to.not.deep.equal(
      train(model, start, line, once, uniformDraws(4)),
    )
    expect([...start]).to.deep.equal([0, 0])
  })

  it('refuses what it cannot learn from', () => {
    const local = { epochs: 1, batchSize: 2, optimiser: sgd(0.1) }
    const attempt = (change: object, start = floats(0, 0), options: object = {}) =>
      expect(() => train(model, start, { ...line, ...change }, { ...local, ...options }, uniformDraws(1)))
    attempt({ inputs: floats(0, 1, Number.NaN, 3, 4) }).to.throw(ConfigError, 'examples.inputs[2]')
    attempt({ targets: floats(1, 2) }).to.throw(ConfigError, 'examples.targets')
    attempt({}, floats(0)).to.throw(ConfigError, 'parameters')
    attempt({}, floats(0, Number.POSITIVE_INFINITY)).to.throw(ConfigError, 'parameters[1]')
    attempt({}, floats(0, 0), { epochs: 0 }).to.throw(ConfigError, 'epochs')
    attempt({}, floats(0, 0), { batchSize: 1.5 }).to.throw(ConfigError, 'batchSize')
    attempt({}, floats(0, 0), { proximal: -1 }).to.throw(ConfigError, 'proximal')
  })
})

describe('evaluation', () => {
  it('takes the first of the largest scores, and none where one is no number', () => {
    const scores = floats(0, 2, 1, 3, 3, 1, 0, Number.NaN, 9)
    expect([...classesOf(scores, 3)]).to.deep.equal([1, 0, -1])
  })

  it('is the share of rows that are told rightly; what is no number is told wrongly', () => {
    const model = softmaxRegression(1, 2)
    const examples = { rows: 4, inputs: floats(1, 2, -1, -2), targets: floats(1, 1, 0, 1) }
    expect(accuracy(model, floats(0, 1, 0, 0), examples)).to.equal(0.75)
    expect(accuracy(model, floats(Number.NaN, 1, 0, 0), examples)).to.equal(0)
  })
})
