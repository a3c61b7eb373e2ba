import { checkFinite } from '../models/checks.ts'
import type { Model } from '../models/index.ts'
import { combine } from './combination.ts'
import { FEATURES, historyOf, inputsOf, SIMPLE_FORECASTS, usualRoot } from './features.ts'
import { checkSeries, type MeterSeries } from './meter-series.ts'
import { denormalise, normalise, type Scale } from './scale.ts'

/** A trained model with what it needs to be used at one home. */
export interface Forecaster {
  model: Model
  parameters: Float32Array
  scale: Scale
  /** Slots from the latest reading that is known to the slot that is forecast. */
  horizon: number
}

/**
 * Forecasts slots, each from the readings up to the horizon before it: so a walk forward, one origin for each slot. The model is
 * believed, rather than the usual day and the latest reading, as far as it was right in the slots of the walk that are known
 * by then; see {@link combine}. Where nothing was ever generated at that time of the day, as at night, nothing is forecast.
 *
 * @param from @param until slots [from, until); the last of them may be a horizon after the series
 * @returns Wh, none negative
 * @throws ConfigError `OPTION_INVALID` when a slot cannot be forecast or the series is none, `NOT_FINITE` when the model
 *   gives no number, `SHAPE_MISMATCH`
 *
 * @example
 * ```ts
 * forecastSlots(forecaster, series, series.wh.length + 1, series.wh.length + 2) // [Wh of the slot after the next]
 * ```
 */
export function forecastSlots(
  { model, parameters, scale, horizon }: Forecaster,
  series: MeterSeries,
  from: number,
  until: number,
): Float64Array {
  checkSeries(series)
  const history = historyOf(series, scale, horizon)
  const inputs = inputsOf(history, from, until)
  const found = model.predict(parameters, inputs)
  checkFinite('forecast', found)
  const measured = history.roots.subarray(from).map((root) => normalise(root, scale))
  const simple = (feature: number) =>
    Float64Array.from(found, (_, row) => inputs[row * FEATURES + feature] ?? Number.NaN)
  const believed = SIMPLE_FORECASTS.reduce<ArrayLike<number>>(
    (forecast, feature) => combine(forecast, simple(feature), measured, horizon, series.slotSeconds),
    found,
  )
  return Float64Array.from(believed, (value, index) =>
    usualRoot(history, from + index) > 0 ? denormalise(value, scale) : 0,
  )
}
