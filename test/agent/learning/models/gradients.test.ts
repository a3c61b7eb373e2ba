import { expect } from 'chai'
import fc from 'fast-check'
import type { Vector } from '../../../../agent/learning/kernels.ts'
import type { Examples, Model } from '../../../../agent/learning/models/model.ts'
import {
  convolutionalNetwork,
  linearRegression,
  mlp,
  softmaxRegression,
} from '../../../../agent/learning/models/networks.ts'
import { normalDraws } from '../../../../agent/learning/random.ts'
import { uniformDraws } from '../../../../agent/market/uniform-draws.ts'
import { SEED } from '../../../seed.ts'

/** Step of the differences: the cube root of the precision, where rounding and curvature err about as much. */
const STEP = 1e-5

const models: Record<string, (widths: readonly number[]) => Model> = {
  'linear regression': ([inputs = 1, , outputs = 2]) => linearRegression(inputs, outputs),
  'softmax regression': ([inputs = 1, , classes = 2]) => softmaxRegression(inputs, classes),
  'a perceptron': mlp,
  'a perceptron of two hidden layers': ([inputs = 1, hidden = 1, classes = 2]) =>
    mlp([inputs, hidden, hidden + 1, classes]),
  'a convolutional network': ([channels = 1, filters = 1, classes = 2]) =>
    convolutionalNetwork({
      picture: { height: 5, width: 4, channels },
      convolutions: [
        { filters, size: 2, stride: 1 },
        { filters: 2, size: 2, stride: 2 },
      ],
      classes,
    }),
}

function drawn(model: Model, rows: number, seed: number): { parameters: Float64Array; examples: Examples } {
  const draw = uniformDraws(seed)
  const normal = normalDraws(draw)
  const many = (length: number) => Float64Array.from({ length }, normal)
  const isClasses = model.targets === 1 && model.outputs > 1
  const targets = isClasses
    ? Float64Array.from({ length: rows }, () => Math.floor(draw() * model.outputs))
    : many(rows * model.targets)
  return { parameters: many(model.size), examples: { rows, inputs: many(rows * model.inputs), targets } }
}

function differences(model: Model, parameters: Float64Array, examples: Examples): Float64Array {
  return parameters.map((value, i) => {
    const lossAt = (other: number) => model.loss(parameters.with(i, other), examples)
    return (lossAt(value + STEP) - lossAt(value - STEP)) / (2 * STEP)
  })
}

/** Largest error, relative to the largest slope where that is above 1. */
function errorOf(found: Vector, expected: Vector): number {
  const scale = Math.max(1, ...Array.from(expected, Math.abs))
  return Math.max(...Array.from(found, (value, i) => Math.abs(value - (expected[i] ?? 0)))) / scale
}

describe('gradients', () => {
  const shape = fc.tuple(
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 1, max: 6 }),
    fc.integer({ min: 2, max: 4 }),
  )

  for (const [name, create] of Object.entries(models)) {
    it(`of ${name} are the slopes that central differences find (seed ${SEED})`, () => {
      fc.assert(
        fc.property(shape, fc.integer({ min: 1, max: 7 }), fc.integer(), (widths, rows, seed) => {
          const model = create(widths)
          const { parameters, examples } = drawn(model, rows, seed)
          const gradient = new Float64Array(model.size).fill(Number.NaN)
          const loss = model.differentiate(parameters, examples, gradient)
          expect(loss).to.equal(model.loss(parameters, examples))
          // A kink of a ReLU within the step makes a difference that is no slope: hardly ever, and not at both of two points.
          const error = errorOf(gradient, differences(model, parameters, examples))
          if (error < 1e-6) return
          const moved = parameters.map((value) => value + 0.1)
          model.differentiate(moved, examples, gradient)
          expect(errorOf(gradient, differences(model, moved, examples))).to.be.below(1e-6)
        }),
        { seed: SEED, numRuns: 60 },
      )
    })

    it(`of ${name} are the same in 32 bits, to their precision (seed ${SEED})`, () => {
      fc.assert(
        fc.property(shape, fc.integer({ min: 1, max: 7 }), fc.integer(), (widths, rows, seed) => {
          const model = create(widths)
          const { parameters, examples } = drawn(model, rows, seed)
          const [short, long] = [new Float32Array(model.size), new Float64Array(model.size)]
          const inputs = Float32Array.from(examples.inputs)
          const targets = Float32Array.from(examples.targets)
          const rounded = Float32Array.from(parameters)
          const same = { rows, inputs: Float64Array.from(inputs), targets: Float64Array.from(targets) }
          const loss = model.differentiate(rounded, { rows, inputs, targets }, short)
          const exact = model.differentiate(Float64Array.from(rounded), same, long)
          expect(Math.abs(loss - exact) / Math.max(exact, 1)).to.be.below(1e-5)
          expect(errorOf(short, long)).to.be.below(1e-5)
        }),
        { seed: SEED, numRuns: 60 },
      )
    })
  }
})
