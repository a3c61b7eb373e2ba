import { checkCount } from './checks.ts'
import { type Convolution, convolution, convolved, dense, outputsOf, type Picture } from './layers.ts'
import { type Loss, softmaxCrossEntropy, squaredError } from './losses.ts'
import type { Model } from './model.ts'
import { network } from './network.ts'

/**
 * Linear regression: outputs that are weighted sums of the inputs and a constant, by the mean squared error.
 *
 * @param inputs values per row @param outputs numbers to be told per row
 * @throws ConfigError `OPTION_INVALID` unless both are positive integers
 *
 * @example
 * ```ts
 * const model = linearRegression(1, 1)
 * model.predict(Float32Array.of(2, 1), Float32Array.of(3)) // [7]: 2 · 3 + 1
 * ```
 */
export function linearRegression(inputs: number, outputs = 1): Model {
  return denseNetwork([inputs, outputs], squaredError)
}

/**
 * Softmax (multinomial logistic) regression: a linear score for each class, by the cross-entropy.
 *
 * @throws ConfigError `OPTION_INVALID` unless there are one input and two classes at least
 *
 * @example
 * ```ts
 * const model = softmaxRegression(2, 3)
 * model.size // 9: 2 × 3 weights and 3 biases
 * ```
 */
export function softmaxRegression(inputs: number, classes: number): Model {
  checkCount('classes', classes, 2)
  return denseNetwork([inputs, classes], softmaxCrossEntropy)
}

/**
 * Multi-layer perceptron that tells classes: layers of ReLUs, then a score for each class, by the cross-entropy.
 *
 * @param widths inputs, neurons of each hidden layer, classes
 * @throws ConfigError `OPTION_INVALID` unless these are two positive integers or more
 *
 * @example
 * ```ts
 * const model = mlp([64, 32, 10])
 * const parameters = model.initialise(uniformDraws(1)) // 2,410 of them
 * model.loss(parameters, { rows: 1, inputs: new Float32Array(64), targets: Float32Array.of(7) }) // 2.30, the log of 10
 * ```
 */
export function mlp(widths: readonly number[]): Model {
  return denseNetwork(widths, softmaxCrossEntropy)
}

/** What a {@link convolutionalNetwork} consists of. */
export interface ConvolutionalShape {
  /** Size of the pictures that come in. */
  picture: Picture
  /** Convolutions, one at least, each of what the one before makes; strides make pictures smaller, in place of pooling. */
  convolutions: readonly Convolution[]
  classes: number
}

/**
 * Convolutional network that tells the classes of pictures: convolutions, each with a ReLU, then a score for each class, by the
 * cross-entropy. Inputs stand pixel by pixel, row by row from the top, with the channels of a pixel next to one another.
 *
 * Source: Springenberg, Dosovitskiy, Brox and Riedmiller, "Striving for simplicity: the all convolutional net" (2015), of strides
 * in place of pooling.
 *
 * @throws ConfigError `OPTION_INVALID` unless there is a convolution, all numbers are positive integers, and each filter fits
 *   into what comes to it
 *
 * @example
 * ```ts
 * const model = convolutionalNetwork({
 *   picture: { height: 8, width: 8, channels: 1 },
 *   convolutions: [{ filters: 8, size: 3, stride: 1 }, { filters: 16, size: 3, stride: 2 }],
 *   classes: 10,
 * })
 * model.size // 1,898: (9 + 1) · 8 and (72 + 1) · 16 of the filters, (64 + 1) · 10 of the scores
 * ```
 */
export function convolutionalNetwork({ picture, convolutions, classes }: ConvolutionalShape): Model {
  checkCount('convolutions.length', convolutions.length)
  checkCount('classes', classes, 2)
  let size = picture
  const layers = convolutions.map((each) => {
    const layer = convolution(size, each)
    size = convolved(size, each)
    return layer
  })
  const [first = dense(1, 1), ...others] = layers
  const last = layers.at(-1) ?? first
  return network([first, ...others, dense(outputsOf(last), classes)], softmaxCrossEntropy)
}

/**
 * Layers that are connected completely, with a ReLU between one and the next, and none after the last.
 *
 * @param widths values per row before the first layer, between each and the next, and after the last
 * @throws ConfigError `OPTION_INVALID` unless there are two widths at least, all of them positive integers
 */
export function denseNetwork(widths: readonly number[], loss: Loss): Model {
  checkCount('widths.length', widths.length, 2)
  for (const [index, width] of widths.entries()) checkCount(`widths[${index}]`, width)
  const [first = dense(1, 1), ...others] = widths
    .slice(1)
    .map((width, index) => dense(widths[index] ?? 0, width))
  return network([first, ...others], loss)
}
