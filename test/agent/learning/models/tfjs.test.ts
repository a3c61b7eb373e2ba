import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import { expect } from 'chai'
import fc from 'fast-check'
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
import { tf } from './tfjs.ts'

/** A loss in TensorFlow.js: of its variables, which follow one another as the parameters do. */
interface Rival {
  shapes: number[][]
  loss(variables: Tensor[], examples: Examples): Tensor
}

const inputsOf = ({ rows, inputs }: Examples) =>
  tf.tensor2d(Float32Array.from(inputs), [rows, inputs.length / rows])

function crossEntropy(scores: Tensor, { targets }: Examples): Tensor {
  const classes = tf.oneHot(tf.tensor1d(Int32Array.from(targets), 'int32'), scores.shape[1] ?? 0)
  return tf.losses.softmaxCrossEntropy(classes, scores)
}

function dense(values: Tensor, weights: Tensor | undefined, biases: Tensor | undefined): Tensor {
  return tf.add(tf.matMul(values as Tensor2D, weights as Tensor2D), biases as Tensor)
}

function perceptron(widths: readonly number[]): Rival {
  const shapes = widths.slice(1).flatMap((width, index) => [[widths[index] ?? 0, width], [width]])
  return {
    shapes,
    loss(variables, examples) {
      let values: Tensor = inputsOf(examples)
      for (let i = 0; i < variables.length; i += 2) {
        if (i > 0) values = tf.relu(values)
        values = dense(values, variables[i], variables[i + 1])
      }
      return crossEntropy(values, examples)
    },
  }
}

const draws = (length: number, seed: number) => Float32Array.from({ length }, normalDraws(uniformDraws(seed)))

/** Largest difference of loss and gradient, relative to the largest slope where that is above 1. */
function disagreement(model: Model, { shapes, loss }: Rival, rows: number, seed: number): number {
  const parameters = draws(model.size, seed).map((value) => value / 2)
  const draw = uniformDraws(seed + 1)
  const isClasses = model.targets === 1 && model.outputs > 1
  const examples = {
    rows,
    inputs: draws(rows * model.inputs, seed + 2),
    targets: isClasses
      ? Float32Array.from({ length: rows }, () => Math.floor(draw() * model.outputs))
      : draws(rows * model.targets, seed + 3),
  }
  const gradient = new Float32Array(model.size)
  const found = model.differentiate(parameters, examples, gradient)
  return tf.tidy(() => {
    let start = 0
    const variables = shapes.map((shape) => {
      const size = shape.reduce((product, each) => product * each, 1)
      start += size
      return tf.tensor(parameters.subarray(start - size, start), shape)
    })
    expect(start).to.equal(model.size)
    const gradients = tf.grads((...all: Tensor[]) => loss(all, examples).asScalar())
    const expected = gradients(variables).flatMap((each) => [...each.dataSync()])
    const scale = Math.max(1, ...expected.map(Math.abs))
    const errors = expected.map((slope, i) => Math.abs(slope - (gradient[i] ?? Number.NaN)) / scale)
    const rival = loss(variables, examples).dataSync()[0] ?? Number.NaN
    return Math.max(...errors, Math.abs(rival - found) / Math.max(1, rival))
  })
}

describe('gradients beside those of TensorFlow.js', function () {
  this.timeout(60_000)
  const width = fc.integer({ min: 1, max: 9 })
  const classes = fc.integer({ min: 2, max: 5 })
  const rows = fc.integer({ min: 1, max: 7 })
  const agree = { seed: SEED, numRuns: 25 }

  it(`agree for linear regression (seed ${SEED})`, () => {
    fc.assert(
      fc.property(width, width, rows, fc.nat(1e6), (inputs, outputs, count, seed) => {
        const rival: Rival = {
          shapes: [[inputs, outputs], [outputs]],
          loss: ([weights, biases], examples) => {
            const targets = tf.tensor2d(Float32Array.from(examples.targets), [examples.rows, outputs])
            return tf.losses.meanSquaredError(targets, dense(inputsOf(examples), weights, biases))
          },
        }
        expect(disagreement(linearRegression(inputs, outputs), rival, count, seed)).to.be.below(1e-5)
      }),
      agree,
    )
  })

  it(`agree for softmax regression and perceptrons (seed ${SEED})`, () => {
    fc.assert(
      fc.property(width, width, classes, rows, fc.nat(1e6), (inputs, hidden, outputs, count, seed) => {
        for (const widths of [
          [inputs, outputs],
          [inputs, hidden, outputs],
          [inputs, hidden, hidden + 1, outputs],
        ]) {
          const model = widths.length === 2 ? softmaxRegression(inputs, outputs) : mlp(widths)
          expect(disagreement(model, perceptron(widths), count, seed)).to.be.below(1e-5)
        }
      }),
      agree,
    )
  })

  it(`agree for convolutions, of any stride and any number of channels (seed ${SEED})`, () => {
    const convolution = fc.record({
      filters: fc.integer({ min: 1, max: 3 }),
      size: fc.integer({ min: 1, max: 3 }),
      stride: fc.integer({ min: 1, max: 2 }),
    })
    const picture = fc.record({
      height: fc.integer({ min: 7, max: 9 }),
      width: fc.integer({ min: 7, max: 9 }),
      channels: fc.integer({ min: 1, max: 3 }),
    })
    fc.assert(
      fc.property(
        picture,
        convolution,
        convolution,
        classes,
        rows,
        fc.nat(1e6),
        (shape, first, second, outputs, count, seed) => {
          const { height, width, channels } = shape
          const model = convolutionalNetwork({
            picture: shape,
            convolutions: [first, second],
            classes: outputs,
          })
          const filters = [first.size, first.size, channels, first.filters]
          const more = [second.size, second.size, first.filters, second.filters]
          const left = model.size - [filters, more].reduce((sum, each) => sum + sizeOf(each), 0)
          const inputs = (left - first.filters - second.filters) / outputs - 1
          const rival: Rival = {
            shapes: [filters, [first.filters], more, [second.filters], [inputs, outputs], [outputs]],
            loss([f1, b1, f2, b2, weights, biases], examples) {
              const pictures = inputsOf(examples).reshape([examples.rows, height, width, channels])
              const convolve = (
                values: Tensor,
                by: Tensor | undefined,
                plus: Tensor | undefined,
                step: number,
              ) =>
                tf.relu(tf.add(tf.conv2d(values as Tensor4D, by as Tensor4D, step, 'valid'), plus as Tensor))
              const made = convolve(convolve(pictures, f1, b1, first.stride), f2, b2, second.stride)
              return crossEntropy(dense(made.reshape([examples.rows, inputs]), weights, biases), examples)
            },
          }
          expect(disagreement(model, rival, count, seed)).to.be.below(1e-5)
        },
      ),
      agree,
    )
  })
})

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, each) => product * each, 1)
}
