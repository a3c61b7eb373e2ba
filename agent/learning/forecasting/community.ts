import { ConfigError } from '../../../protocol/errors.ts'
import type { MeterReading } from '../../market/slot-energy.ts'
import type { Aggregate } from '../aggregation/index.ts'
import { checkLength } from '../models/checks.ts'
import { type MeterSeries, slotsPerDay } from './meter-series.ts'
import { likelyNet, rootErrors, type SlotForecast } from './spread.ts'
import { type ForecastMethod, type StudiedForecasts, studyForecasts } from './study.ts'

/** What homes bid with: the last readings, a forecast of their own, or one that was learnt together. */
export const FORECASTS = ['none', 'local', 'federated'] as const
export type ForecastKind = (typeof FORECASTS)[number]

/** A slot as all meters of a community have it. */
export interface CommunitySlot {
  /** [start, end), Unix seconds. */
  start: number
  end: number
  /** In the order of the homes. */
  readings: readonly MeterReading[]
}

export interface CommunityOptions {
  /** Slots from the latest reading that is known to the slot that is forecast. */
  horizon: number
  /** Index of the first slot that is held out. */
  heldOutFrom: number
  /** How the updates of the homes become one. */
  rule: Aggregate
  /** Any integer; the same one gives the same forecasts. */
  seed: number
}

/** Forecasts of a community's load and generation. */
export interface CommunityForecasts {
  /** Of all homes, and of those that generate, which are named by their index. */
  load: StudiedForecasts
  pv: StudiedForecasts | undefined
  pvHomes: readonly number[]
  /** Series of each home, from the first slot on. */
  loads: readonly MeterSeries[]
  pvs: readonly MeterSeries[]
}

/** What a home expects of a slot. */
export interface HomeForecast extends SlotForecast {
  /** What it lacks, below zero what it has left, in Wh: equally likely values from the least to the most. */
  lackWh: readonly number[]
}

/**
 * Forecasts the held-out slots of a community, load and generation each with a model of its own among all homes that
 * have it.
 *
 * @throws ConfigError `SLOTS_MISSING` when a slot does not begin where the one before ends; what {@link studyForecasts} throws
 */
export function forecastCommunity(
  slots: readonly CommunitySlot[],
  options: CommunityOptions,
): CommunityForecasts {
  checkGapless(slots)
  const [first] = slots
  const homes = first?.readings.length ?? 0
  const seriesOf = (home: number, kind: keyof MeterReading): MeterSeries => ({
    start: first?.start ?? 0,
    slotSeconds: (first?.end ?? 0) - (first?.start ?? 0),
    wh: Float64Array.from(slots, ({ readings }) => readings[home]?.[kind] ?? Number.NaN),
  })
  const every = Array.from({ length: homes }, (_, home) => home)
  const loads = every.map((home) => seriesOf(home, 'loadWh'))
  const pvs = every.map((home) => seriesOf(home, 'pvWh'))
  const generates = (home: number) => pvs[home]?.wh.subarray(0, options.heldOutFrom).some((wh) => wh > 0)
  const pvHomes = every.filter(generates)
  const study = { ...options, homes: loads }
  return {
    load: studyForecasts(study),
    pv:
      pvHomes.length === 0
        ? undefined
        : studyForecasts({ ...study, homes: pvHomes.flatMap((home) => pvs[home] ?? []) }),
    ...{ pvHomes, loads, pvs },
  }
}

/** By which method homes that bid with a forecast of a kind made it. */
function methodOf(
  kind: ForecastKind,
  { persistence, chosen }: Pick<StudiedForecasts, 'persistence' | 'chosen'>,
): ForecastMethod {
  return kind === 'none' ? persistence : kind === 'local' ? 'own' : chosen.shared
}

/**
 * What each home expects of each held-out slot. How far it may be wrong, each knows from the days that models were chosen by.
 *
 * @param count values of `lackWh`
 * @returns slots × homes
 */
export function homeForecasts(
  forecasts: CommunityForecasts,
  kind: ForecastKind,
  count: number,
): HomeForecast[][] {
  const { loads, load } = forecasts
  const slots = (loads[0]?.wh.length ?? 0) - load.heldOutFrom
  const byHome = loads.map((_, home) => forecastsOfHome(forecasts, kind, home, count))
  return Array.from({ length: slots }, (_, slot) => byHome.flatMap((home) => home[slot] ?? []))
}

function forecastsOfHome(
  { load, pv, pvHomes, loads, pvs }: CommunityForecasts,
  kind: ForecastKind,
  home: number,
  count: number,
): HomeForecast[] {
  const series = loads[home]
  const found = load.methods[methodOf(kind, load)]
  const [heldOut, validation] = [found.heldOut[home], found.validation[home]]
  if (series === undefined || heldOut === undefined || validation === undefined) return []
  const span = [load.validationFrom, load.heldOutFrom] as const
  const place = pvHomes.indexOf(home)
  const generated = place < 0 ? undefined : pv?.methods[methodOf(kind, pv)]
  const pvErrors = (forecast: Float64Array, measured: Float64Array = new Float64Array()) =>
    rootErrors(forecast, measured.subarray(...span))
  const none = new Float64Array(validation.length)
  const errors = {
    slotSeconds: series.slotSeconds,
    first: load.validationFrom % slotsPerDay(series),
    load: rootErrors(validation, series.wh.subarray(...span)),
    pv: generated === undefined ? none : pvErrors(generated.validation[place] ?? none, pvs[home]?.wh),
  }
  return Array.from(heldOut, (loadWh, index) => {
    const forecast = { loadWh: Math.round(loadWh), pvWh: Math.round(generated?.heldOut[place]?.[index] ?? 0) }
    return { ...forecast, lackWh: likelyNet(forecast, errors, load.heldOutFrom + index, count) }
  })
}

function checkGapless(slots: readonly CommunitySlot[]): void {
  const homes = slots[0]?.readings.length ?? 0
  for (const [index, slot] of slots.entries()) {
    checkLength(`slots[${index}].readings`, slot.readings, homes)
    const before = slots[index - 1]
    if (before === undefined || before.end === slot.start) continue
    throw new ConfigError('SLOTS_MISSING', 'A slot does not begin where the one before ends.', {
      field: `slots[${index}].start`,
      expected: before.end,
      received: slot.start,
      remedy: 'A forecast needs readings without a gap: take a part of the data that has none, or fill it.',
    })
  }
}
