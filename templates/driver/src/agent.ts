/** An agent that drives: it bids for riders, fetches the one that it wins, and is paid. `npm start` runs it. */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type AgreedRide,
  hasEnded,
  type LonLat,
  MeshNetwork,
  readNetwork,
  rideCapability,
  type TripEnds,
} from '@mesh/sdk'
import { costPerKilometre, driven, HOME, way } from './strategy.ts'

/** What answers for its word, in millionths of a test dollar. */
const STAKE = 100_000_000n
const SEATS = 4
/** How often it says where it is, in seconds. */
const REPORT_INTERVAL = 3
/** How long it waits for a rider that does not get in, in milliseconds: after three minutes it may say so. */
const PATIENCE = 200_000

const network = new MeshNetwork({
  network: await readNetwork(process.env.MESH_API ?? 'http://127.0.0.1:8787').catch(stop),
  directory: '.agent',
  capabilities: [rideCapability({ seats: SEATS })],
  policy: { maxPayment: STAKE, maxCommitted: STAKE },
  onError: (error) => console.error(`Note: ${firstLine(error)}`),
})
await network.connect().catch(stop)
await network.account.ensureTestGas(10n ** 18n)
await network.account.ensureTestDollars(STAKE)
await network.enroll({ agentURI: 'data:,driver', stake: STAKE, balance: 0n })

let position: LonLat = placeOf(process.env.MESH_POSITION) ?? HOME
const car = { position, costPerKilometre: costPerKilometre(), seats: SEATS }
const driving = network
  .rides({ way })
  .drive(car, (ride) => drive(ride).catch((error) => console.error(`Note: ${firstLine(error)}`)))
console.log(`waiting for riders at ${position} as ${network.address}`)

/** Fetches a rider that was won, and takes it where it wants to go; it bids for no other meanwhile. */
async function drive(ride: AgreedRide): Promise<void> {
  console.log(`agreed: a ride for ${ride.with}`)
  await ride.until('assigned')
  const { pickUp, dropOff } = ride.plan as TripEnds
  await driveTo(pickUp, (place) => ride.onTheWay(place))
  await ride.arrived(pickUp)
  if (!(await isBoarded(ride))) return ride.noShow()
  await driveTo(dropOff, (place) => ride.pickedUp(place))
  await ride.droppedOff(dropOff, ride.deal.agreement.quantity)
  console.log('there')
  const { state, outcome } = await network.untilDeal(ride.id, hasEnded)
  console.log(`${state}: ${(Number(outcome?.paid ?? 0n) / 1e6).toFixed(4)} test dollars`)
}

/** A car that is not there drives in a straight line: say here where yours is. */
async function driveTo(end: LonLat, report: (place: LonLat) => Promise<void>): Promise<void> {
  for (;;) {
    await report(position)
    await sleep(Math.min(way(position, end).seconds, REPORT_INTERVAL) * 1000)
    position = driven(position, end, REPORT_INTERVAL)
    driving.moveTo(position)
    if (position === end) return
  }
}

/** Waits until the rider says that it is on board. @returns false when it does not, in time */
async function isBoarded(ride: AgreedRide): Promise<boolean> {
  const latest = Date.now() + PATIENCE
  while (ride.log.rider.length === 0 && Date.now() < latest) await sleep(200)
  return ride.log.rider.length > 0
}

function placeOf(text: string | undefined): LonLat | undefined {
  if (text === undefined) return undefined
  const [lon = Number.NaN, lat = Number.NaN] = text.split(',').map(Number)
  if (Number.isFinite(lon) && Number.isFinite(lat)) return [lon, lat]
  return stop(new Error(`MESH_POSITION is longitude,latitude, such as ${HOME}, not ${text}`))
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n')[0] ?? ''
}

function stop(error: Error): never {
  console.error(error.message)
  process.exit(1)
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void network.disconnect().finally(() => process.exit(0)))
}
