import { checkFinite } from '../models/checks.ts'
import type { Model } from '../models/index.ts'
import { historyOf, inputsOf, usualRoot } from './features.ts'
import { checkSeries, type MeterSeries } from './meter-series.ts'
import { denormalise, type Scale } from './scale.ts'

/** A trained model with what it needs to be used at one home. */
export interface Forecaster {
  model: Model
  parameters: Float32Array
  scale: Scale
  /** Slots from the latest reading that is known to the slot that is forecast. */
  horizon: number
}

/**
 * Forecasts slots, each from the readings up to the horizon before it: so a walk forward, one origin for each slot. Where nothing
 * was ever generated at that time of the day, as at night, nothing is forecast.
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
  const found = model.predict(parameters, inputsOf(history, from, until))
  checkFinite('forecast', found)
  return Float64Array.from(found, (value, index) =>
    usualRoot(history, from + index) > 0 ? denormalise(value, scale) : 0,
  )
}
