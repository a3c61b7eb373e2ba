import { checkOption } from '../models/checks.ts'
import { type MeterSeries, slotsPerDay } from './meter-series.ts'

/** Forecasts that need no model: every other one has to beat them. */
export const PERSISTENCE = ['last', 'yesterday'] as const
export type Persistence = (typeof PERSISTENCE)[number]

/**
 * Forecasts that things stay as they are: each slot is what the latest known one was (`last`), or the one a day before
 * (`yesterday`).
 *
 * Source: Hyndman and Athanasopoulos, "Forecasting: principles and practice" (3rd edition, 2021), section 5.2, the naïve and
 * the seasonal naïve method.
 *
 * @param horizon slots from the latest reading that is known to the slot that is forecast
 * @param from @param until slots [from, until)
 * @returns Wh
 * @throws ConfigError `OPTION_INVALID` when what a forecast takes is not in the series, or not known by then
 *
 * @example
 * ```ts
 * persistenceForecast({ start: 0, slotSeconds: 900, wh: Float64Array.of(7, 9, 8) }, 'last', 2, 2, 4) // [7, 9]
 * ```
 */
export function persistenceForecast(
  series: MeterSeries,
  kind: Persistence,
  horizon: number,
  from: number,
  until: number,
): Float64Array {
  const day = slotsPerDay(series)
  checkOption(
    'horizon',
    horizon,
    Number.isInteger(horizon) && horizon >= 1 && horizon <= day,
    `an integer from 1 to ${day}`,
  )
  const back = kind === 'last' ? horizon : day
  const { length } = series.wh
  checkOption('from', from, Number.isInteger(from) && from >= back, `an integer of at least ${back}`)
  checkOption(
    'until',
    until,
    Number.isInteger(until) && until > from && until <= length + horizon,
    `an integer above ${from}, at most ${length + horizon}`,
  )
  return series.wh.slice(from - back, until - back)
}
