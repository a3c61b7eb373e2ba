import { checkFinite, checkLength, checkOption } from '../models/checks.ts'

/** How far forecasts were from what was measured. */
export interface ForecastErrors {
  /** Mean absolute error, and root of the mean squared error, in Wh per slot. */
  mae: number
  rmse: number
}

/**
 * @param forecast @param measured Wh, as many each, at least one
 * @throws ConfigError `SHAPE_MISMATCH`, `NOT_FINITE`
 *
 * @example
 * ```ts
 * forecastErrors(Float64Array.of(3, 0), Float64Array.of(0, 4)) // { mae: 3.5, rmse: 3.54 }
 * ```
 */
export function forecastErrors(forecast: Float64Array, measured: Float64Array): ForecastErrors {
  checkLength('forecast', forecast, Math.max(1, measured.length))
  checkFinite('forecast', forecast)
  checkFinite('measured', measured)
  let [absolute, squares] = [0, 0]
  for (const [index, value] of forecast.entries()) {
    const error = value - (measured[index] ?? 0)
    absolute += Math.abs(error)
    squares += error * error
  }
  return { mae: absolute / forecast.length, rmse: Math.sqrt(squares / forecast.length) }
}

/**
 * What of a reference's error a forecast does away with: 1 for none left, 0 for as much, below 0 for more. Where the
 * reference has no error it is 0 for as little, and -Infinity for any.
 *
 * Source: Murphy, "Skill scores based on the mean square error and their relationships to the correlation coefficient"
 * (1988), equation 1, here of any error.
 */
export function skillScore(error: number, reference: number): number {
  if (reference > 0) return 1 - error / reference
  return error > 0 ? Number.NEGATIVE_INFINITY : 0
}

/** Mean, standard deviation (of a sample; 0 of one value), least and most. */
export interface Spread {
  mean: number
  deviation: number
  least: number
  most: number
}

/** @throws ConfigError `OPTION_INVALID` when there is no value */
export function spreadOf(values: readonly number[]): Spread {
  checkOption('values.length', values.length, values.length > 0, 'at least one')
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return {
    mean,
    deviation: Math.sqrt(squares / Math.max(1, values.length - 1)),
    least: Math.min(...values),
    most: Math.max(...values),
  }
}
