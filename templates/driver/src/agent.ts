/** An agent that drives: it bids for riders, fetches the one that it wins, and is paid. `npm start` runs it. */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  ConfigError,
  type Driving,
  formatMoney,
  hasEnded,
  joinMarket,
  type LonLat,
  notes,
  readNetwork,
  rideCapability,
  runAgent,
  type Trip,
  type TripClaim,
  type TripEnds,
  untilMarketEnds,
} from '@mesh/sdk'
import { costPerKilometre, driven, HOME, MAX_DISTANCE, MAX_LEAD, STAKE, way } from './strategy.ts'

const API = process.env.MESH_API ?? 'http://127.0.0.1:8787'
const SEATS = 4
/** How often it says where it is, in seconds. */
const REPORT_INTERVAL = 3
/** How long it waits for a rider that does not say where it is, or get in, in milliseconds: after three minutes it may say so. */
const PATIENCE = 200_000
/** Prints what went wrong and was dealt with, at most once a minute. */
const note = notes()

await runAgent(async (signal) => {
  let position = placeOf(process.env.MESH_POSITION) ?? HOME
  const market = await readNetwork(API, { signal })
  await using network = await joinMarket(
    {
      network: market,
      directory: '.agent',
      capabilities: [rideCapability({ seats: SEATS })],
      onError: note,
    },
    { stake: STAKE, agentURI: 'data:,driver' },
    { signal },
  )
  const bounds = { seats: SEATS, maxDistance: MAX_DISTANCE, maxLead: MAX_LEAD }
  const car = { costPerKilometre: costPerKilometre(), ...bounds }
  const rides = network.rides({ way })
  let driving: Driving | undefined
  // What an end of this program came between.
  for (const ride of rides.trips()) {
    console.log(`going on with a ride for ${ride.with}`)
    const place = ride.log.driver.at(-1)?.value.place
    if (place !== undefined) position = [place.longitude / 1e7, place.latitude / 1e7]
    await drive(ride).catch(note)
  }
  driving = rides.drive({ ...car, position }, (ride) => {
    console.log(`agreed: a ride for ${ride.with}`)
    return drive(ride).catch(note)
  })
  console.log(`waiting for riders at ${position} as ${network.address}`)
  await untilMarketEnds(API, market, { signal })

  /** Fetches a rider, and takes it where it wants to go; it bids for no other meanwhile. What it has said already it says no more. */
  async function drive(ride: Trip): Promise<void> {
    const isSaid = (claim: TripClaim) => ride.log.driver.some(({ value }) => value.claim === claim)
    if (!(await waitFor(ride, () => ride.plan !== undefined))) return ride.noShow()
    const { pickUp, dropOff } = ride.plan as TripEnds
    if (!isSaid('arrived')) {
      await driveTo(pickUp, (place) => ride.onTheWay(place))
      await ride.arrived(pickUp)
    }
    if (!(await waitFor(ride, () => ride.log.rider.length > 0))) return ride.noShow()
    if (!isSaid('droppedOff')) {
      await driveTo(dropOff, (place) => ride.pickedUp(place))
      await ride.droppedOff(dropOff, ride.deal.agreement.quantity)
    }
    console.log('there')
    const { state, outcome } = await network.untilDeal(ride.id, hasEnded)
    console.log(`${state}: ${formatMoney(outcome?.paid ?? 0n, 4)} test dollars`)
  }

  /** A car that is not there drives in a straight line: say here where yours is. */
  async function driveTo(end: LonLat, report: (place: LonLat) => Promise<void>): Promise<void> {
    for (;;) {
      await report(position)
      await sleep(Math.min(way(position, end).seconds, REPORT_INTERVAL) * 1000, undefined, { signal })
      position = driven(position, end, REPORT_INTERVAL)
      driving?.moveTo(position)
      if (position === end) return
    }
  }

  /** Waits for what a rider has to do. @returns false when it does not, in time */
  async function waitFor(ride: Trip, isDone: () => boolean): Promise<boolean> {
    const latest = Math.max(Number(ride.deal.conditions.start) * 1000, Date.now()) + PATIENCE
    while (!isDone() && Date.now() < latest) {
      if (hasEnded(ride.deal)) throw new Error(`a ride came to nothing: ${ride.deal.state}`)
      await sleep(200, undefined, { signal })
    }
    return isDone()
  }
})

function placeOf(text: string | undefined): LonLat | undefined {
  if (text === undefined) return undefined
  const [lon = Number.NaN, lat = Number.NaN] = text.split(',').map(Number)
  if (Number.isFinite(lon) && Number.isFinite(lat)) return [lon, lat]
  throw new ConfigError('POSITION_INVALID', 'A position cannot be read.', {
    field: 'MESH_POSITION',
    expected: `longitude,latitude, such as ${HOME}`,
    received: text,
    remedy: 'Write it like that, or leave it out.',
  })
}
