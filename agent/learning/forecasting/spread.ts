import { checkCount, checkLength } from '../models/checks.ts'
import { slotsPerDay } from './meter-series.ts'

/** Seconds before and after a time of the day at which forecasts are as uncertain. */
const ABOUT = 3_600

/** How a home's forecasts of load and generation erred on days that no model was trained on. */
export interface NetErrors {
  slotSeconds: number
  /** Of the load and of the generation, in √Wh: the root of what was measured less that of what was forecast, by slot of those days. */
  load: Float64Array
  pv: Float64Array
  /** Index in the day of the first of them. */
  first: number
}

/** Forecast of one slot, in Wh. */
export interface SlotForecast {
  loadWh: number
  pvWh: number
}

/** Differences of roots: what {@link NetErrors} are made of. @param forecast @param measured Wh */
export function rootErrors(forecast: Float64Array, measured: Float64Array): Float64Array {
  checkLength('forecast', forecast, measured.length)
  return forecast.map((value, index) => Math.sqrt(measured[index] ?? 0) - Math.sqrt(value))
}

/**
 * What a home may lack in a slot, below zero what it may have left: the forecast with each of the errors that were made about
 * the same time of the day, load and generation together as they came, and of these so many that are equally likely.
 *
 * Source: Hyndman and Athanasopoulos, "Forecasting: principles and practice" (3rd edition, 2021), section 5.5, prediction
 * intervals from bootstrapped residuals.
 *
 * @param slot index of the slot, of which slot 0 begins a day as `first` counts
 * @param count how many values
 * @returns Wh, whole, from the least to the most
 * @throws ConfigError `OPTION_INVALID` unless the count is a positive integer, `SHAPE_MISMATCH` when there are not as many errors of both
 *
 * @example
 * ```ts
 * const errors = { slotSeconds: 3600, first: 0, load: new Float64Array(24).fill(1), pv: new Float64Array(24) }
 * likelyNet({ loadWh: 81, pvWh: 0 }, errors, 12, 2) // [100, 100]
 * ```
 */
export function likelyNet(
  { loadWh, pvWh }: SlotForecast,
  { slotSeconds, load, pv, first }: NetErrors,
  slot: number,
  count: number,
): number[] {
  checkCount('count', count)
  checkLength('errors.pv', pv, load.length)
  const day = slotsPerDay({ slotSeconds })
  const about = Math.round(ABOUT / slotSeconds)
  const nets: number[] = []
  for (const [index, error] of load.entries()) {
    const apart = Math.abs(first + index - slot) % day
    if (Math.min(apart, day - apart) > about) continue
    nets.push(shifted(loadWh, error) - shifted(pvWh, pv[index] ?? 0))
  }
  if (nets.length === 0) nets.push(loadWh - pvWh)
  nets.sort((a, b) => a - b)
  return Array.from({ length: count }, (_, place) =>
    Math.round(nets[Math.floor(((place + 0.5) / count) * nets.length)] ?? 0),
  )
}

function shifted(wh: number, rootError: number): number {
  return Math.max(0, Math.sqrt(wh) + rootError) ** 2
}
