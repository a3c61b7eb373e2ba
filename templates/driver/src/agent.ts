/** An agent that drives: it bids for riders, fetches the one that it wins, and is paid. `npm start` runs it. */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type AgreedRide,
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
  const car = { position, costPerKilometre: costPerKilometre(), ...bounds }
  const driving: Driving = network.rides({ way }).drive(car, (ride) => drive(ride).catch(note))
  console.log(`waiting for riders at ${position} as ${network.address}`)
  await untilMarketEnds(API, market, { signal })

  /** Fetches a rider that was won, and takes it where it wants to go; it bids for no other meanwhile. */
  async function drive(ride: AgreedRide): Promise<void> {
    console.log(`agreed: a ride for ${ride.with}`)
    if (!(await waitFor(ride, () => ride.plan !== undefined))) return ride.noShow()
    const { pickUp, dropOff } = ride.plan as TripEnds
    await driveTo(pickUp, (place) => ride.onTheWay(place))
    await ride.arrived(pickUp)
    if (!(await waitFor(ride, () => ride.log.rider.length > 0))) return ride.noShow()
    await driveTo(dropOff, (place) => ride.pickedUp(place))
    await ride.droppedOff(dropOff, ride.deal.agreement.quantity)
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
      driving.moveTo(position)
      if (position === end) return
    }
  }

  /** Waits for what a rider has to do. @returns false when it does not, in time */
  async function waitFor(ride: AgreedRide, isDone: () => boolean): Promise<boolean> {
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
