import { expect } from 'chai'
import { checkExamples, type Examples } from '../../../../agent/learning/models/model.ts'
import {
  convolutionalNetwork,
  linearRegression,
  mlp,
  softmaxRegression,
} from '../../../../agent/learning/models/networks.ts'
import { uniformDraws } from '../../../../agent/market/uniform-draws.ts'
import { ConfigError } from '../../../../protocol/errors.ts'

const floats = (...values: number[]) => Float64Array.from(values)

describe('networks', () => {
  it('tell what a calculation by hand does', () => {
    // Two inputs, two neurons of which the second is shut, two classes.
    const model = mlp([2, 2, 2])
    // Weights stand by input, then the biases: x1, x2 -> neurons; neurons -> classes.
    const parameters = floats(1, -1, 2, -2, 0.5, 0, 1, 3, 5, 7, 0.25, 0)
    expect(model.size).to.equal(12)
    // Neurons: 1 + 2 · 2 + 0.5 = 5.5 and -5, cut to 0; classes: 5.5 + 0.25 and 3 · 5.5.
    expect([...model.predict(parameters, floats(1, 2))]).to.deep.equal([5.75, 16.5])
    const loss = model.loss(parameters, { rows: 1, inputs: floats(1, 2), targets: floats(0) })
    expect(loss).to.be.closeTo(Math.log(1 + Math.exp(16.5 - 5.75)), 1e-12)
  })

  it('lay filters over pictures, as a calculation by hand does', () => {
    const model = convolutionalNetwork({
      picture: { height: 3, width: 4, channels: 1 },
      convolutions: [{ filters: 2, size: 2, stride: 2 }],
      classes: 2,
    })
    expect([model.inputs, model.size]).to.deep.equal([12, (4 + 1) * 2 + (4 + 1) * 2])
    // Two places, at the top: the bottom row is left out. Weights by pixel of the filter, then the biases.
    const filters = [1, 0, 0, 1, 0, -1, 10, 0, 0.5, 4]
    // The first score is of the first filter at both places, the second of the second.
    const scores = [1, 0, 0, 1, 1, 0, 0, 1, 0, 0]
    const picture = floats(1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9)
    // Of the pixels 1, 2, 5, 6 the first filter makes 1 + 60 + 0.5, the second 2 - 5 + 4;
    // of 3, 4, 7, 8 they make 83.5 and 1.
    const found = model.predict(floats(...filters, ...scores), picture)
    expect([...found]).to.deep.equal([61.5 + 83.5, 1 + 1])
  })

  it('refuse convolutions that are none, or do not fit, by name', () => {
    const good = {
      picture: { height: 4, width: 6, channels: 1 },
      convolutions: [{ filters: 2, size: 3, stride: 1 }],
      classes: 2,
    }
    const faulty: [string, Partial<typeof good>][] = [
      ['convolutions.length', { convolutions: [] }],
      ['classes', { classes: 1 }],
      ['size', { convolutions: [{ filters: 1, size: 5, stride: 1 }] }],
      ['size', { convolutions: [...good.convolutions, ...good.convolutions] }],
      ['stride', { convolutions: [{ filters: 1, size: 2, stride: 0 }] }],
      ['filters', { convolutions: [{ filters: 1.5, size: 2, stride: 1 }] }],
      ['height', { picture: { ...good.picture, height: Number.NaN } }],
    ]
    for (const [field, part] of faulty) {
      expect(() => convolutionalNetwork({ ...good, ...part }), field).to.throw(ConfigError, field)
    }
  })

  it('have the loss of a guess where they know nothing, and the mean squared error of numbers', () => {
    const examples = { rows: 2, inputs: floats(0.1, 0.2, 0.3, 0.4), targets: floats(1, 2) }
    expect(softmaxRegression(2, 3).loss(new Float64Array(9), examples)).to.be.closeTo(Math.log(3), 1e-15)
    expect(linearRegression(2).loss(new Float64Array(3), examples)).to.equal((1 + 4) / 2)
  })

  it('have a finite loss and gradient where exponentials would overflow', () => {
    const model = softmaxRegression(1, 2)
    const gradient = new Float64Array(4)
    const examples = { rows: 1, inputs: floats(1), targets: floats(0) }
    expect(model.differentiate(floats(-2000, 2000, 0, 0), examples, gradient)).to.equal(4000)
    expect([...gradient]).to.deep.equal([-1, 1, -1, 1])
  })

  it('let what is no number be seen, through a ReLU too', () => {
    const model = mlp([1, 1, 2])
    expect([...model.predict(floats(Number.NaN, 0, 1, 1, 0, 0), floats(1))]).to.deep.equal([
      Number.NaN,
      Number.NaN,
    ])
  })

  it('begin with weights as He has them: the same for the same lots, of mean 0 and variance 2 / inputs', () => {
    const model = mlp([400, 100, 10])
    const parameters = model.initialise(uniformDraws(7))
    expect(parameters).to.deep.equal(model.initialise(uniformDraws(7)))
    expect(parameters).to.not.deep.equal(model.initialise(uniformDraws(8)))
    for (const [start, inputs, outputs] of [
      [0, 400, 100],
      [401 * 100, 100, 10],
    ] as const) {
      const weights = parameters.subarray(start, start + inputs * outputs)
      const count = weights.length
      const mean = weights.reduce((sum, value) => sum + value, 0) / count
      const variance = weights.reduce((sum, value) => sum + value * value, 0) / count
      // Five standard errors of a mean and of a variance.
      expect(Math.abs(mean)).to.be.below(5 * Math.sqrt(2 / inputs / count))
      expect(Math.abs(variance * (inputs / 2) - 1)).to.be.below(5 * Math.sqrt(2 / count))
      const biases = parameters.subarray(start + count, start + count + outputs)
      expect(biases.every((value) => value === 0)).to.equal(true)
    }
  })

  const model = softmaxRegression(2, 3)
  const good = { rows: 1, inputs: floats(1, 2), targets: floats(2) }
  const faulty: [string, Partial<Examples>, string, string][] = [
    ['too many inputs', { inputs: floats(1, 2, 3) }, 'SHAPE_MISMATCH', 'examples.inputs'],
    ['no rows', { rows: 0, inputs: floats(), targets: floats() }, 'SHAPE_MISMATCH', 'examples.inputs'],
    ['a target for two rows', { targets: floats(1, 2) }, 'SHAPE_MISMATCH', 'examples.targets'],
    ['a class that is none', { targets: floats(3) }, 'CLASS_INVALID', 'examples.targets[0]'],
    ['a class between two', { targets: floats(0.5) }, 'CLASS_INVALID', 'examples.targets[0]'],
  ]
  for (const [what, part, code, field] of faulty) {
    it(`refuse ${what}, by name`, () => {
      const examples = { ...good, ...part }
      for (const use of [
        () => model.loss(new Float64Array(9), examples),
        () => model.differentiate(new Float64Array(9), examples, new Float64Array(9)),
      ]) {
        expect(use).to.throw(ConfigError).that.includes({ code, field })
      }
    })
  }

  it('refuse parameters and gradients of another length, and widths that are none', () => {
    expect(() => model.loss(new Float64Array(8), good))
      .to.throw(ConfigError)
      .with.property('field', 'parameters')
    expect(() => model.predict(new Float64Array(9), floats(1, 2, 3))).to.throw(ConfigError, 'inputs')
    expect(() => model.differentiate(new Float64Array(9), good, new Float64Array(8))).to.throw(
      ConfigError,
      'gradient',
    )
    for (const widths of [[], [3], [3, 0], [2.5, 2], [Number.NaN, 2]]) {
      expect(() => mlp(widths), String(widths)).to.throw(ConfigError, 'widths')
    }
    expect(() => softmaxRegression(2, 1)).to.throw(ConfigError, 'classes')
  })

  it('name the value of examples that is no number', () => {
    expect(() => checkExamples(model, { ...good, inputs: floats(1, Number.NaN) }))
      .to.throw(ConfigError)
      .that.includes({ code: 'NOT_FINITE', field: 'examples.inputs[1]' })
  })
})
