import { basename } from 'node:path'
import { type Rejects, roundDown } from '../agent/index.ts'
import { ConfigError } from '../protocol/errors.ts'
import { csvError, readCsv } from './csv.ts'
import type { MeteredSlot } from './dataset.ts'
import { parseNumber, toUnits } from './decimal.ts'
import { formatInstant, parseInstant } from './instant.ts'
import { untilTimeOf } from './time-of-day.ts'

/** A price that holds in an interval of time. */
interface PricePoint {
  /** [start, end), Unix seconds. */
  start: number
  end: number
  /** Minor units per kWh; may be negative. */
  price: bigint
}

/** Prices of a market elsewhere, by time. */
export interface PriceSeries {
  name: string
  points: PricePoint[]
}

/** Decimals of a minor unit per kWh, by the unit of a column. */
const PLACES = { mwh: 3, kwh: 6 } as const
/** Seconds of an interval where a file has one only. */
const DEFAULT_STEP = 300
/** Largest price in either direction, in minor units per kWh: a million per kWh. */
const MOST = 10n ** 12n

/**
 * Reads prices: a CSV with the time in its first column (the start of an interval, or its end where the column's name says
 * `end`), and a column whose name ends with `_per_mwh` or `_per_kwh`. Others are ignored.
 *
 * @param rejects takes the rows that cannot be used
 * @throws ConfigError `CSV_INVALID` when there is no such column or no usable row, and what `readCsv` throws.
 */
export function readPrices(file: string, rejects: Rejects): PriceSeries {
  const table = readCsv(file, { ragged: true })
  const column = table.columns.findIndex((name) => /_per_[mk]wh$/i.test(name))
  const unit = /_per_mwh$/i.test(table.columns[column] ?? '') ? 'mwh' : 'kwh'
  const isEnd = /(^|_)end(_|$)/i.test(table.columns[0] ?? '')
  if (column < 1) {
    throw csvError(table, 'A column is missing.', {
      line: 1,
      expected: 'the time, then a column such as price_per_kwh or rrp_aud_per_mwh',
      received: table.columns.join(','),
      remedy: 'Name the column of the prices by their unit.',
    })
  }
  const times = new Map<number, bigint>()
  for (const { line, cells } of table.rows) {
    const time = parseInstant(cells[0] ?? '')
    const number = parseNumber(cells[column] ?? '')
    const price = number && toUnits(number, PLACES[unit])
    if (time === undefined) rejects.add('A time cannot be read.', `line ${line}`)
    else if (price === undefined || price > MOST || price < -MOST)
      rejects.add('A price cannot be used.', `line ${line}`)
    else if (times.has(time)) rejects.add('A time that another row has.', `line ${line}`)
    else times.set(time, price)
  }
  const sorted = [...times].sort(([a], [b]) => a - b)
  const gaps = sorted.slice(1).map(([time], index) => time - (sorted[index]?.[0] ?? 0))
  const step = gaps.reduce((least, gap) => Math.min(least, gap), gaps[0] ?? DEFAULT_STEP)
  const points = sorted.map(([time, price]) => {
    const start = isEnd ? time - step : time
    return { start, end: start + step, price }
  })
  if (points.length > 0) return { name: basename(file), points }
  throw csvError(table, 'No price can be used.', {
    line: 1,
    received: `${table.rows.length} rows`,
    remedy: 'Give prices as decimal numbers, with at most six decimals of a kWh.',
  })
}

/**
 * The price of each slot: the mean, rounded down, of those whose interval has a part in it. Where the first slot lies in
 * no interval, the prices are those of another time and begin with the slots, at the same minute of the day.
 *
 * @throws ConfigError `PRICE_MISSING` when a slot has none.
 */
export function pricesOf({ name, points }: PriceSeries, slots: readonly MeteredSlot[]): bigint[] {
  const shift = shiftOf(points, slots)
  let first = 0
  return slots.map((slot) => {
    const [start, end] = [slot.start + shift, slot.end + shift]
    while ((points[first]?.end ?? Number.POSITIVE_INFINITY) <= start) first++
    let [sum, count] = [0n, 0n]
    for (let at = first; (points[at]?.start ?? Number.POSITIVE_INFINITY) < end; at++) {
      sum += points[at]?.price ?? 0n
      count += 1n
    }
    if (count > 0n) return roundDown(sum, count)
    throw new ConfigError('PRICE_MISSING', 'A slot has no price.', {
      field: name,
      expected: `a price at ${formatInstant(start)}, for the slot of ${formatInstant(slot.start)}; for all ${slots.length} slots, prices ${spanOf(slots, shift)}`,
      received: `prices ${spanOf(points)}`,
      remedy: 'Give more prices, or replay fewer slots.',
    })
  })
}

/** From when to when, moved on by so many seconds. */
function spanOf(intervals: readonly Pick<MeteredSlot, 'start' | 'end'>[], shift = 0): string {
  const [start, end] = [intervals[0]?.start ?? 0, intervals.at(-1)?.end ?? 0]
  return `from ${formatInstant(start + shift)} to ${formatInstant(end + shift)}`
}

function shiftOf(points: readonly PricePoint[], slots: readonly MeteredSlot[]): number {
  const [slot, price] = [slots[0]?.start ?? 0, points[0]?.start ?? 0]
  if (price <= slot && slot < (points.at(-1)?.end ?? 0)) return 0
  // The first time at or after the first price that is at the same minute of a day.
  return price - slot + untilTimeOf(price, slot)
}
