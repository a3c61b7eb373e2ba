import {
  aggregationRule,
  type CommunityForecasts,
  FORECAST_METHODS,
  type ForecastErrors,
  type ForecastMethod,
  forecastCommunity,
  forecastErrors,
  forecastHorizon,
  type MeterSeries,
  type StudiedForecasts,
} from '../../agent/index.ts'
import { heldOutFrom } from '../../community/held-out.ts'
import { ConfigError } from '../../protocol/errors.ts'
import { readReplay } from '../replay/energy/input.ts'
import { toJson, toText } from './forecast-report.ts'

export interface ForecastCommandOptions {
  data?: string
  neighbours?: boolean
  home?: string
  from: number
  slots?: number
  slotLength?: string
  heldOut?: number
  rule: string
  seed: number
  json?: boolean
}

/** A home's forecasts of one quantity, and how far they were off on the held-out days. */
export interface HomeRow {
  home: string
  errors: Record<ForecastMethod, ForecastErrors>
  /** Wh per held-out slot. */
  forecasts: Record<ForecastMethod, Float64Array>
  measured: Float64Array
}

/** What came of one quantity. */
export interface QuantityReport {
  quantity: 'load' | 'pv'
  study: StudiedForecasts
  rows: HomeRow[]
}

/** What came of a community. */
export interface ForecastReport {
  name: string
  rule: string
  seed: number
  horizon: number
  slotSeconds: number
  /** Unix seconds at which what was held out begins. */
  heldOutStart: number
  trainingSlots: number
  heldOutSlots: number
  quantities: QuantityReport[]
}

/** Forecasts homes and prints how far each method is off. @throws ConfigError when an option or the data cannot be used */
export function forecastHomes(options: ForecastCommandOptions): void {
  const report = createReport(options)
  console.log(options.json ? JSON.stringify(toJson(report), undefined, 2) : toText(report, options.home))
}

function createReport(options: ForecastCommandOptions): ForecastReport {
  const rule = aggregationRule(options.rule)
  const { name, homes, slots } = readReplay(options, Number.POSITIVE_INFINITY, 1)
  if (options.home !== undefined && !homes.includes(options.home)) throw unknownHome(options.home, homes)
  const from = heldOutFrom(slots, options.heldOut)
  const slotSeconds = (slots[0]?.end ?? 0) - (slots[0]?.start ?? 0)
  const horizon = forecastHorizon({ slotLength: BigInt(slotSeconds), gateLead: 0n })
  const found = forecastCommunity(slots, { horizon, heldOutFrom: from, rule, seed: options.seed })
  const quantities = quantitiesOf(found, homes).map((each) => ({
    ...each,
    rows: each.rows.filter(({ home }) => options.home === undefined || home === options.home),
  }))
  return {
    ...{ name, horizon, slotSeconds, quantities },
    ...{ rule: options.rule, seed: options.seed },
    heldOutStart: slots[from]?.start ?? 0,
    trainingSlots: from,
    heldOutSlots: slots.length - from,
  }
}

function quantitiesOf(
  { load, pv, loads, pvs, pvHomes }: CommunityForecasts,
  homes: readonly string[],
): QuantityReport[] {
  const ofLoad = { quantity: 'load', study: load, rows: rowsOf(load, loads, homes) } as const
  if (pv === undefined) return [ofLoad]
  const names = pvHomes.map((home) => homes[home] ?? '')
  const series = pvHomes.flatMap((home) => pvs[home] ?? [])
  return [ofLoad, { quantity: 'pv', study: pv, rows: rowsOf(pv, series, names) }]
}

function rowsOf(
  { methods, heldOutFrom: from }: StudiedForecasts,
  series: readonly MeterSeries[],
  names: readonly string[],
): HomeRow[] {
  return series.map(({ wh }, place) => {
    const measured = wh.subarray(from)
    const perMethod = <T>(of: (forecast: Float64Array) => T) =>
      Object.fromEntries(
        FORECAST_METHODS.map((method) => [method, of(methods[method].heldOut[place] ?? new Float64Array())]),
      ) as Record<ForecastMethod, T>
    return {
      ...{ home: names[place] ?? '', measured },
      errors: perMethod((forecast) => forecastErrors(forecast, measured)),
      forecasts: perMethod((forecast) => forecast),
    }
  })
}

function unknownHome(home: string, homes: readonly string[]): ConfigError {
  return new ConfigError('HOME_UNKNOWN', 'There is no such home.', {
    field: '--home',
    expected: `one of ${homes.join(', ')}`,
    received: home,
    remedy: 'Name a home of the data, or leave it out for all of them.',
  })
}
