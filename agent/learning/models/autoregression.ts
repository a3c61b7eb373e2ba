import type { Vector } from '../kernels.ts'
import { checkCount, checkFinite, checkLength, checkOption } from './checks.ts'
import type { Examples, Model } from './model.ts'
import { linearRegression } from './networks.ts'

/**
 * Autoregressive linear model, AR(p): the next value of a series is a weighted sum of the last ones and a constant.
 *
 * Source: Box, Jenkins, Reinsel and Ljung, "Time series analysis" (2015), section 3.2.
 *
 * @param lags how many values it looks back at
 * @throws ConfigError `OPTION_INVALID` unless that is a positive integer
 *
 * @example
 * ```ts
 * const model = autoregression(2)
 * model.predict(Float32Array.of(-1, 2, 0), Float32Array.of(3, 5)) // [7]: as much more again
 * ```
 */
export function autoregression(lags: number): Model {
  return linearRegression(lags, 1)
}

/**
 * What an autoregressive model learns from: each value of a series, with those before it.
 *
 * @param series oldest value first
 * @returns as many rows as the series is longer than the lags; the inputs of each from the oldest to the latest
 * @throws ConfigError `OPTION_INVALID` unless the lags are a positive integer and fewer than the values, `NOT_FINITE`
 *
 * @example
 * ```ts
 * laggedExamples(Float32Array.of(1, 2, 3, 4), 2) // { rows: 2, inputs: [1, 2, 2, 3], targets: [3, 4] }
 * ```
 */
export function laggedExamples(series: Float32Array, lags: number): Examples {
  checkCount('lags', lags)
  checkOption('lags', lags, lags < series.length, `fewer than the ${series.length} values of the series`)
  checkFinite('series', series)
  const rows = series.length - lags
  const inputs = new Float32Array(rows * lags)
  for (let row = 0; row < rows; row++) inputs.set(series.subarray(row, row + lags), row * lags)
  return { rows, inputs, targets: series.slice(lags) }
}

/**
 * The next values of a series, each told from those before it, be they measured or told.
 *
 * @param history as many values as the model has lags, oldest first
 * @param steps how many values
 * @throws ConfigError `SHAPE_MISMATCH` when history or parameters do not fit, `NOT_FINITE`, `OPTION_INVALID` unless the steps
 *   are a positive integer
 *
 * @example
 * ```ts
 * forecast(autoregression(2), Float32Array.of(-1, 2, 0), Float32Array.of(3, 5), 3) // [7, 9, 11]
 * ```
 */
export function forecast(
  model: Model,
  parameters: Vector,
  history: Float32Array,
  steps: number,
): Float32Array {
  checkCount('steps', steps)
  checkLength('history', history, model.inputs)
  checkFinite('history', history)
  const values = new Float32Array(history.length + steps)
  values.set(history)
  for (let step = 0; step < steps; step++) {
    const next = model.predict(parameters, values.subarray(step, step + history.length))
    values[history.length + step] = next[0] ?? Number.NaN
  }
  return values.slice(history.length)
}
