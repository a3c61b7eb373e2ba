import { LEAST_PERIOD } from '../../../fleet/fleet.ts'
import { Progress } from '../progress.ts'
import { reportWriter } from '../report-file.ts'
import { runTemporarily } from '../temporary-market.ts'
import { panelOf } from './chart.ts'
import { type RidesReplayOptions, readTrips } from './input.ts'
import { runMesh } from './mesh.ts'
import { runOffline } from './offline.ts'
import { INTERVAL, planOf } from './plan.ts'
import { factsOf, type Report, toJson, toText } from './report.ts'

/** Drivers where nothing else is asked for: a process bears some dozens of agents. */
const DRIVERS = { offline: 200, mesh: 12 }
/** Replayed seconds in a second, and how many seconds of the data, where nothing else is asked for. */
const SPEED = 5
const WINDOW = 1_200

/**
 * Replays trips with a fleet, and prints what it came to.
 *
 * @returns the exit code: 1 when the records of the market do not agree
 * @throws ConfigError when an option or the data cannot be used; and what the market's parts throw
 */
export async function replayRides(options: RidesReplayOptions): Promise<number> {
  const write = reportWriter(options.report)
  const print = async (report: Report) => {
    await write(() => ({
      title: `${report.name}, ${report.drivers} drivers`,
      panels: [panelOf(report)],
      facts: factsOf(report),
    }))
    console.log(options.json ? JSON.stringify(toJson(report), undefined, 2) : toText(report))
  }
  const { drivers, speed = SPEED } = options
  if (options.offline) {
    const trips = readTrips(options)
    const plan = planOf(trips, { drivers: drivers ?? DRIVERS.offline, returns: true })
    await print(runOffline(trips, plan))
    return 0
  }
  const trips = readTrips(options, WINDOW)
  const progress = new Progress(process.stderr, trips.bookings.length)
  return runTemporarily(progress, async (temporary) => {
    const interval = Math.max(INTERVAL, LEAST_PERIOD * speed)
    const plan = planOf(trips, { drivers: drivers ?? DRIVERS.mesh, interval, returns: false })
    const report = await runMesh(trips, plan, speed, temporary)
    await print(report)
    return report.market?.checks ?? []
  })
}
