import { checkCount } from './checks.ts'
import { denseNetwork } from './dense-network.ts'
import { softmaxCrossEntropy, squaredError } from './losses.ts'
import type { Model } from './model.ts'

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
