import { writeFile } from 'node:fs/promises'
import {
  auctionMatching,
  Comparison,
  haversine,
  rideKpis,
  simulateFleet,
  usualRollup,
  usualTariff,
} from '../../../agent/index.ts'
import { ConfigError } from '../../../protocol/errors.ts'
import { chartOf, pageOf } from './chart.ts'
import { type RidesReplayOptions, readTrips, type Trips } from './input.ts'
import { hoursOf, type Report, toJson, toText } from './report.ts'

/** Seconds from one matching to the next, and that a rider waits at most. */
const INTERVAL = 20
const PATIENCE = 600
/** Metres by road for a metre as the crow flies: the median of the shipped trips, whose taxis measured theirs. */
const DETOUR = 1.3

/**
 * Replays trips with a fleet, and prints what it came to.
 *
 * @throws ConfigError when an option or the data cannot be used; `OFFLINE_ONLY` without `--offline`.
 */
export async function replayRides(options: RidesReplayOptions): Promise<void> {
  if (!options.offline) {
    throw new ConfigError('OFFLINE_ONLY', 'The full market for rides is not there yet.', {
      field: '--offline',
      expected: 'given',
      received: 'not given',
      remedy: 'Add --offline: matching and figures without chain and network.',
    })
  }
  const write = writerOf(options.report)
  const report = run(readTrips(options), options.drivers)
  await write(report)
  console.log(options.json ? JSON.stringify(toJson(report), undefined, 2) : toText(report))
}

function run({ name, bookings, rejects }: Trips, drivers: number): Report {
  const way = bookings.reduce((sum, { from, to }) => sum + DETOUR * haversine(from, to), 0)
  const speed = way / bookings.reduce((sum, { duration }) => sum + duration, 0)
  const rules = { interval: INTERVAL, patience: PATIENCE, detour: DETOUR, speed, match: auctionMatching }
  const positions = Array.from(
    { length: drivers },
    (_, index) => bookings[index % bookings.length]?.to ?? [0, 0],
  )
  const comparison = new Comparison()
  const trips = simulateFleet(bookings, positions as [number, number][], {
    ...rules,
    onMatching: (matrix, matching) => comparison.add(matrix, matching),
  })
  return {
    name,
    rules,
    drivers,
    from: bookings[0]?.at ?? 0,
    until: bookings.at(-1)?.at ?? 0,
    rejects: rejects.list(),
    kpis: rideKpis({ bookings, trips, vehicles: drivers, tariff: usualTariff, platform: usualRollup }),
    comparison: comparison.totals,
    hours: hoursOf(bookings, trips),
    platform: usualRollup,
  }
}

/** What writes the chart. @throws ConfigError `REPORT_INVALID` when the name says neither SVG nor HTML */
function writerOf(file: string | undefined): (report: Report) => Promise<void> {
  if (file === undefined) return async () => undefined
  const render = /\.svg$/i.test(file) ? chartOf : /\.html?$/i.test(file) ? pageOf : undefined
  if (render === undefined) {
    throw new ConfigError('REPORT_INVALID', 'The kind of chart is not known.', {
      field: '--report',
      expected: 'a name that ends with .svg or .html',
      received: file,
      remedy: 'Use .svg for the chart alone, .html for a page with the figures.',
    })
  }
  return async (report) => {
    try {
      await writeFile(file, render(report))
    } catch (cause) {
      throw new ConfigError('REPORT_INVALID', 'The chart cannot be written.', {
        field: '--report',
        received: cause instanceof Error ? cause.message : String(cause),
        remedy: 'Check the folder and its permissions.',
        cause,
      })
    }
  }
}
