import { checkCount, checkOption } from '../models/checks.ts'
import type { Examples } from '../models/index.ts'
import { type MeterSeries, slotsPerDay } from './meter-series.ts'
import { normalise, type Scale } from './scale.ts'

/** Latest readings that stand for themselves. */
const LAGS = 4
/** Seconds that "lately" is. */
const LATELY = 4 * 3_600
/** Seconds before and after a time of the day that count as about that time. */
const [NARROW, WIDE] = [1_800, 7_200]
/** Days that the usual day is the mean of. */
const PROFILE_DAYS = 7
/** Days that have to have been before the first slot that can be forecast. */
const FIRST_DAYS = 2
/** How far today may be from the usual day, as a factor. */
const MOST_RATIO = 2.5
/** Waves of the time of the day: of 24, 12 and 8 hours. */
const HARMONICS = [1, 2, 3]

/** Numbers that a model gets to know of a slot. */
export const FEATURES = LAGS + 8 + 2 * HARMONICS.length + 1

/** The features that are forecasts by themselves: the usual day, as much higher or lower as today is, and the latest reading. */
export const SIMPLE_FORECASTS = [LAGS + 7, 0] as const

/** A series as models see it: readable up to the horizon of a slot, and no further. */
export interface History {
  series: MeterSeries
  scale: Scale
  /** Slots from the latest reading that is known to the slot that is forecast; at least 1. */
  horizon: number
  /** Square roots of the energy, and the sums of all roots before each. */
  roots: Float64Array
  sums: Float64Array
}

/**
 * Prepares a series for {@link examplesOf} and {@link inputsOf}.
 *
 * @param horizon slots from the latest reading that is known to the slot that is forecast
 * @throws ConfigError `OPTION_INVALID` unless the horizon is an integer from 1 to what the same time of yesterday leaves
 */
export function historyOf(series: MeterSeries, scale: Scale, horizon: number): History {
  checkCount('horizon', horizon)
  const most = slotsPerDay(series) - Math.round(WIDE / series.slotSeconds)
  checkOption('horizon', horizon, horizon <= most, `at most ${most} slots of ${series.slotSeconds} s`)
  const roots = series.wh.map(Math.sqrt)
  const sums = new Float64Array(roots.length + 1)
  for (const [index, root] of roots.entries()) sums[index + 1] = (sums[index] ?? 0) + root
  return { series, scale, horizon, roots, sums }
}

/** The first slot before which there is enough to forecast it. */
export function firstForecast(series: Pick<MeterSeries, 'slotSeconds'>): number {
  return FIRST_DAYS * slotsPerDay(series) + Math.ceil(WIDE / series.slotSeconds)
}

/**
 * What a model is told of slots: the latest readings, the last hours and the last day, the same time of yesterday and of
 * the day before, the usual day (the mean of at most seven) as it is and as much higher or lower as today is, the
 * time of the day, and whether it is a weekend. Nothing of it is of a slot after `slot - horizon`.
 *
 * @param from @param until slots [from, until), none before {@link firstForecast}; the last at most a horizon after the series
 * @returns slots × {@link FEATURES}
 * @throws ConfigError `OPTION_INVALID` when a slot is out of these bounds
 */
export function inputsOf(history: History, from: number, until: number): Float32Array {
  const { series, horizon, roots, sums } = history
  const [first, end] = [firstForecast(series), roots.length + horizon]
  checkOption('from', from, Number.isInteger(from) && from >= first, `an integer of at least ${first}`)
  const isWithin = Number.isInteger(until) && until > from && until <= end
  checkOption('until', until, isWithin, `an integer above ${from}, at most ${end}`)
  const inputs = new Float32Array((until - from) * FEATURES)
  for (let slot = from; slot < until; slot++) {
    // No more than this is in reach of what follows.
    const known = {
      ...history,
      roots: roots.subarray(0, slot - horizon + 1),
      sums: sums.subarray(0, slot - horizon + 2),
    }
    inputs.set(rowOf(known, slot), (slot - from) * FEATURES)
  }
  return inputs
}

/**
 * What a model learns from: {@link inputsOf} of each slot, and what it was on the home's scale.
 *
 * @throws as {@link inputsOf}
 */
export function examplesOf(history: History, from: number, until: number): Examples {
  const { roots, scale } = history
  checkOption('until', until, until <= roots.length, `at most ${roots.length}, the slots of the series`)
  const inputs = inputsOf(history, from, until)
  const targets = Float32Array.from(roots.subarray(from, until), (root) => normalise(root, scale))
  return { rows: until - from, inputs, targets }
}

/** Mean of the roots about the same time of the last days; 0 where nothing was generated at that time. @param days at most */
export function usualRoot(history: History, slot: number, width = NARROW, days = PROFILE_DAYS): number {
  const day = slotsPerDay(history.series)
  const about = Math.max(1, Math.round(width / history.series.slotSeconds))
  let [sum, count] = [0, 0]
  for (let back = 1; back <= days; back++) {
    const same = slot - back * day
    if (same - about < 0) break
    sum += meanOf(history, same - about, same + about)
    count += 1
  }
  return sum / count
}

function rowOf(known: History, slot: number): number[] {
  const { series, scale, horizon, roots } = known
  const day = slotsPerDay(series)
  const latest = slot - horizon
  const lately = Math.max(LAGS, Math.round(LATELY / series.slotSeconds))
  const usual = usualRoot(known, slot)
  const usualLately = average(LAGS, (back) => usualRoot(known, latest - back))
  const now = meanOf(known, latest - LAGS + 1, latest)
  const ratio = usualLately > 0 ? Math.min(MOST_RATIO, now / usualLately) : 1
  const values = [
    ...Array.from({ length: LAGS }, (_, back) => roots[latest - back] ?? Number.NaN),
    meanOf(known, latest - lately + 1, latest),
    meanOf(known, latest - day + 1, latest),
    roots[slot - day] ?? Number.NaN,
    usualRoot(known, slot, NARROW, 1),
    roots[slot - 2 * day] ?? Number.NaN,
    usual,
    usualRoot(known, slot, WIDE),
    usual * ratio,
  ]
  const at = series.start + slot * series.slotSeconds
  const angle = (2 * Math.PI * (at % 86_400)) / 86_400
  // 1970 began on a Thursday.
  const weekday = (Math.floor(at / 86_400) + 3) % 7
  return [
    ...values.map((root) => normalise(root, scale)),
    ...HARMONICS.flatMap((wave) => [Math.sin(wave * angle), Math.cos(wave * angle)]),
    weekday >= 5 ? 1 : 0,
  ]
}

function average(count: number, of: (index: number) => number): number {
  let sum = 0
  for (let index = 0; index < count; index++) sum += of(index)
  return sum / count
}

/** Mean root of [first, last]; NaN where one is not known. */
function meanOf({ sums }: History, first: number, last: number): number {
  return ((sums[last + 1] ?? Number.NaN) - (sums[first] ?? Number.NaN)) / (last - first + 1)
}
