import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Booking, haversine, type LonLat, Rejects } from '../../../agent/index.ts'
import { type CsvTable, csvError, readCsv } from '../../../community/csv.ts'
import { parseInstant } from '../../../community/instant.ts'
import { packageRoot } from '../../../community/package-root.ts'
import { ConfigError } from '../../../protocol/errors.ts'
import { localTime } from './report.ts'

export interface RidesReplayOptions {
  offline?: boolean
  data?: string
  from?: string
  until?: string
  drivers?: number
  speed?: number
  json?: boolean
  report?: string
}

/** Trips to replay, by the time of their pick-up. */
export interface Trips {
  name: string
  bookings: Booking[]
  rejects: Rejects
}

/** A day of trips that ships. */
const SHIPPED_TRIPS = fileURLToPath(new URL('data/rides/nyc_yellow_2015-01-15_day_sample.csv', packageRoot))

const COLUMNS = [
  'pickup_local',
  'dropoff_local',
  'pickup_lon',
  'pickup_lat',
  'dropoff_lon',
  'dropoff_lat',
] as const

/** What no ride takes, in seconds, and how fast none is, in metres a second as the crow flies. */
const MAX_DURATION = 3 * 3600
const MAX_SPEED = 50

const DAY = 86_400

/**
 * Reads trips, by any clock as long as it is one, and of them those that begin in the window.
 *
 * @param window seconds, where the options name no end
 * @throws ConfigError `CSV_INVALID` when a column is missing; `WINDOW_INVALID` when no trip begins in the window; what
 *   {@link readCsv} throws.
 */
export function readTrips(
  { data = SHIPPED_TRIPS, from, until }: RidesReplayOptions,
  window = Infinity,
): Trips {
  const table = readCsv(data, { ragged: true })
  const indices = COLUMNS.map((column) => indexOf(table, column))
  const rejects = new Rejects()
  const bookings: Booking[] = []
  for (const { line, cells } of table.rows) {
    const booking = readBooking(indices.map((index) => cells[index] ?? ''))
    if (typeof booking === 'string') rejects.add(booking, `line ${line}`)
    else bookings.push(booking)
  }
  bookings.sort((a, b) => a.at - b.at)
  const [first, last] = [bookings[0]?.at ?? 0, bookings.at(-1)?.at ?? 0]
  const begin = from === undefined ? first : timeOf(from, '--from', first)
  const end = until === undefined ? Math.min(last + 1, begin + window) : timeOf(until, '--until', first)
  if (begin > last) {
    throw new ConfigError('WINDOW_INVALID', 'The window begins after the last trip.', {
      field: '--from',
      expected: `at most ${localTime(last)}, when the last trip of ${basename(data)} begins`,
      received: localTime(begin),
      remedy: `Choose a time from ${localTime(first)} on.`,
    })
  }
  if (begin >= end) {
    throw new ConfigError('WINDOW_INVALID', 'The window ends before it begins.', {
      field: '--until',
      expected: `after --from, ${localTime(begin)}`,
      received: localTime(end),
      remedy: 'Exchange them, or give the date of the later one: 2015-01-16T01:00.',
    })
  }
  const chosen = bookings.filter(({ at }) => begin <= at && at < end)
  if (chosen.length > 0) return { name: basename(data), bookings: chosen, rejects }
  throw new ConfigError('WINDOW_INVALID', 'No trip begins in the window.', {
    field: '--from, --until',
    expected: `times from ${localTime(first)} to ${localTime(last)}, and trips between`,
    received: `${bookings.length} usable rows, ${localTime(begin)} to ${localTime(end)}`,
    remedy: 'Choose a wider window.',
  })
}

/** A booking, or why the cells are none. */
function readBooking(cells: readonly string[]): Booking | string {
  const [pickUp, dropOff] = [parseInstant(cells[0] ?? ''), parseInstant(cells[1] ?? '')]
  if (pickUp === undefined || dropOff === undefined) return 'a time that is none'
  const from = positionOf(cells[2], cells[3])
  const to = positionOf(cells[4], cells[5])
  if (from === undefined || to === undefined) return 'a position that is none'
  const duration = dropOff - pickUp
  if (duration <= 0) return 'drop-off not after pick-up'
  if (duration > MAX_DURATION) return 'more than three hours'
  if (haversine(from, to) > MAX_SPEED * duration) return 'faster than 180 km/h'
  return { at: pickUp, from, to, duration }
}

/** 0, 0 is what devices write that know no position. */
function positionOf(longitude = '', latitude = ''): LonLat | undefined {
  const position: LonLat = [Number(longitude || Number.NaN), Number(latitude || Number.NaN)]
  const exists = Math.abs(position[0]) <= 180 && Math.abs(position[1]) <= 90
  return exists && (position[0] !== 0 || position[1] !== 0) ? position : undefined
}

function indexOf(table: CsvTable, column: string): number {
  const index = table.columns.indexOf(column)
  if (index >= 0) return index
  throw csvError(table, 'A column is missing.', {
    line: 1,
    column,
    expected: COLUMNS.join(','),
    received: table.columns.join(','),
    remedy: 'Name the columns like this; others are ignored.',
  })
}

/** Unix seconds of a time; one without a date is of the day of the first trip. */
function timeOf(text: string, field: string, first: number): number {
  const [, hours, minutes, seconds = '0'] = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text) ?? []
  const isOfDay = Number(hours) < 24 && Number(minutes) < 60 && Number(seconds) < 60
  const ofDay = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  const time = hours === undefined ? parseInstant(text) : isOfDay ? first - (first % DAY) + ofDay : undefined
  if (time !== undefined) return time
  throw new ConfigError('WINDOW_INVALID', 'A time cannot be used.', {
    field,
    expected: 'a time such as 17:30, or 2015-01-15T17:30',
    received: text,
    remedy: 'Give the hour of the first day, or the date with it.',
  })
}
