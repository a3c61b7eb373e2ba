import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { latLngToCell } from 'h3-js'
import { privateKeyToAccount } from 'viem/accounts'
import { type LonLat, rideKpis, usualRollup } from '../../../agent/index.ts'
import { startChain } from '../../../community/chain.ts'
import { DEVELOPMENT_KEY } from '../../../community/development-account.ts'
import { openGasStation } from '../../../community/gas-money.ts'
import { openBank } from '../../../fleet/bank.ts'
import { AHEAD, Fleet } from '../../../fleet/fleet.ts'
import { checkMoney } from '../../../fleet/money-checks.ts'
import { readMoney } from '../../../fleet/money-record.ts'
import { Pace } from '../../../fleet/pace.ts'
import { ScaledClock } from '../../../fleet/scaled-clock.ts'
import { World } from '../../../fleet/world.ts'
import { deploy } from '../../../scripts/deploy.ts'
import type { Progress } from '../progress.ts'
import type { TemporaryMarket } from '../temporary-market.ts'
import type { Trips } from './input.ts'
import { runOffline } from './offline.ts'
import type { Plan } from './plan.ts'
import { hoursOf, type Report } from './report.ts'

/** H3 resolution of the cell that names where a market is: a city. */
const AREA_RESOLUTION = 5

/**
 * Replays trips with real agents, one for each driver and each rider: they bid, sign and pay over libp2p and a chain.
 *
 * @param speed replayed seconds in a second
 * @throws what chain and agents throw; the reason of the signal
 */
export async function runMesh(
  trips: Trips,
  plan: Plan,
  speed: number,
  { directory, progress, signal }: TemporaryMarket<Progress>,
): Promise<Report> {
  const { bookings } = trips
  const { rules, positions } = plan
  const clock = new ScaledClock((bookings[0]?.at ?? 0) - AHEAD * speed, speed)
  const world = new World(clock, bookings, rules)
  const { chronicle } = world
  await using resources = new AsyncDisposableStack()
  const log = createWriteStream(join(directory, 'agents.log'))
  resources.defer(() => void log.end())
  progress.say('Starting a local chain')
  const { rpcUrl, stop } = await startChain(join(directory, 'chain.log'))
  resources.defer(stop)
  signal.throwIfAborted()
  progress.say('Deploying the contracts')
  const deployment = await deploy({ rpcUrl, account: privateKeyToAccount(DEVELOPMENT_KEY), signal })
  const giveGasMoney = await openGasStation(rpcUrl)
  const network = { deployment, rpcUrl, bootstrapPeers: [], area: areaOf(positions[0] ?? [0, 0]) }

  progress.say(`Bringing ${positions.length} drivers into the mesh`)
  const fleet = new Fleet({
    network,
    world,
    positions,
    interval: rules.interval,
    patience: rules.patience,
    giveGasMoney,
    giveDollars: await openBank(rpcUrl, deployment.contracts.testDollar, giveGasMoney),
    onError: (error) => log.write(`${new Date().toISOString()} ${inspect(error)}\n`),
  })
  resources.defer(() => fleet.stop())
  await fleet.start(signal)
  clock.start()
  {
    using _ = new Pace(clock)
    await fleet.run(() => progress.advance('booking', `${chronicle.trips.length} rides paid for`), signal)
  }

  const { riders, drivers, gasUsed } = await fleet.parties()
  const checks = checkMoney(await readMoney(network, [...riders, ...drivers]), riders, drivers)
  const paid = chronicle.trips.toSorted((a, b) => a.assignedAt - b.assignedAt)
  const fares = new Map(paid.map(({ booking, fare }) => [booking, fare]))
  const fareOf = ({ booking }: { booking: number }) => fares.get(booking) ?? 0n
  const platform = { ...usualRollup, gas: gasUsed / BigInt(Math.max(1, paid.length)) }
  const { comparison: _, ...offline } = runOffline(trips, plan)
  return {
    ...offline,
    kpis: rideKpis({ bookings, trips: paid, vehicles: positions.length, fareOf, platform }),
    hours: hoursOf(bookings, paid),
    platform,
    market: {
      speed,
      held: clock.held,
      agents: positions.length + bookings.length,
      offline: offline.kpis,
      lost: lostOf(chronicle.lost),
      checks,
    },
  }
}

function areaOf([longitude, latitude]: LonLat): string {
  return latLngToCell(latitude, longitude, AREA_RESOLUTION)
}

/** How many bookings came to nothing, by reason. */
function lostOf(lost: ReadonlyMap<string, readonly number[]>): Record<string, number> {
  return Object.fromEntries([...lost].map(([reason, bookings]) => [reason, bookings.length]))
}
