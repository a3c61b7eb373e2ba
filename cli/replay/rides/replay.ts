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
import { reportWriter } from '../report-file.ts'
import { panelOf } from './chart.ts'
import { type RidesReplayOptions, readTrips, type Trips } from './input.ts'
import { factsOf, hoursOf, type Report, toJson, toText } from './report.ts'

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
  const write = reportWriter(options.report)
  const report = run(readTrips(options), options.drivers)
  await write(() => ({
    title: `${report.name}, ${report.drivers} drivers`,
    panels: [panelOf(report)],
    facts: factsOf(report),
  }))
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
    rejects,
    kpis: rideKpis({ bookings, trips, vehicles: drivers, tariff: usualTariff, platform: usualRollup }),
    comparison: comparison.totals,
    hours: hoursOf(bookings, trips),
    platform: usualRollup,
  }
}
