/**
 * Both sides of a ride, by two agents that know nothing of each other: bids, agreement, trip, payment. See README.md.
 *
 *     npm start                                    # in one terminal
 *     npm run -s example -- driver-and-rider       # in another; MESH_API says which market, if it is not the one here
 */
import { setTimeout as delay } from 'node:timers/promises'
import {
  type AgreedRide,
  centreOf,
  crowsWay,
  formatMoney,
  hasEnded,
  haversine,
  isOver,
  joinMarket,
  type LonLat,
  paymentOf,
  readNetwork,
  rideCapability,
  runAgent,
  type TripEnds,
} from '@mesh/sdk'
import { confirm, placesOnTheWay } from './trip.ts'

/** Metres a second: much faster than a car, so that one need not wait for it. */
const SPEED = 100
/** What a kilometre costs the driver; it never bids less. Minor units: a test dollar is 1_000_000n. */
const COST_PER_KILOMETRE = 600_000n
/** What the driver puts up against leaving its rider alone, and the most that the rider pays. */
const STAKE = 20_000_000n
const LIMIT = 20_000_000n

/** Keys for this run alone. A driver that is to be there tomorrow names a `directory` for its key instead. */
const fresh = { directory: false } as const

await runAgent(async (signal) => {
  const network = await readNetwork(process.env.MESH_API ?? 'http://127.0.0.1:8787', { signal })
  const places = townAround(centreOf(network.area))

  const drives = [rideCapability({ seats: 4 })]
  await using driver = await joinMarket(
    { network, ...fresh, capabilities: drives },
    { stake: STAKE },
    { signal },
  )
  await using rider = await joinMarket(
    { network, ...fresh, domains: ['ride'] },
    { balance: LIMIT },
    { signal },
  )
  console.log(`This program plays both: the driver ${driver.address} and the rider ${rider.address}.`)

  // The driver bids for whoever asks near it, down to its costs, and drives whom it wins.
  const waiting = { position: places.driver, costPerKilometre: COST_PER_KILOMETRE }
  const way = (from: LonLat, to: LonLat) => ({
    metres: crowsWay(from, to).metres,
    seconds: Math.ceil(haversine(from, to) / SPEED),
  })
  driver.rides({ way }).drive(waiting, (trip) => drive(trip, places.driver, signal), { signal })

  // The rider has drivers bid against each other: strangers see cells 130 m wide, the winner alone the points.
  const request = rider
    .rides()
    .request({ pickup: places.home, dropoff: places.station, limit: LIMIT }, { signal })
  request.onChange(({ round, fare, bidders, leader }) => {
    const who = leader === undefined ? '' : `, led by ${leader.driver}, there in ${leader.wait} s`
    console.log(`auction ${round}: ${money(fare)}, ${bidders} bidding${who}`)
  })
  const trip = await request.matched
  const { quantity } = trip.deal.agreement
  console.log(
    `agreed: ${trip.with} drives ${quantity} m for ${money(paymentOf(trip.deal.agreement))}, which is in escrow`,
  )
  const stopConfirming = confirm(trip)

  const deal = await rider.untilDeal(trip.id, hasEnded, { signal })
  stopConfirming()
  console.log(
    `${deal.state}: the rider has paid ${money(deal.outcome?.paid ?? 0n)} for ${deal.outcome?.quantity ?? 0n} m`,
  )
  if (trip.with === driver.address) {
    await driver.untilDeal(trip.id, hasEnded, { signal })
    const { received, fees } = driver.totals()
    console.log(`the driver has received ${money(received)}, after a fee of ${money(fees)}`)
  }
})

/** What the driver does with a ride that it has won. What it says is signed, and is evidence if there is a dispute. */
async function drive(trip: AgreedRide, start: LonLat, signal: AbortSignal): Promise<void> {
  await trip.until('assigned', { signal })
  const { pickUp, dropOff } = trip.plan as TripEnds
  console.log(`driver: now I know where to come, ${Math.round(haversine(start, pickUp))} m from here`)
  for (const place of placesOnTheWay(start, pickUp, SPEED)) {
    await trip.onTheWay(place)
    await delay(1_000, undefined, { signal })
  }
  await trip.arrived(pickUp)
  console.log('driver: I am there')
  while (!trip.log.rider.some(({ value }) => value.claim === 'pickedUp')) {
    if (isOver(trip.stage)) return console.log(`driver: the trip is over, ${trip.stage}`)
    await delay(200, undefined, { signal })
  }
  console.log('driver: on board')
  for (const place of placesOnTheWay(pickUp, dropOff, SPEED)) {
    await trip.pickedUp(place)
    await delay(1_000, undefined, { signal })
  }
  await trip.droppedOff(dropOff, trip.deal.agreement.quantity)
  console.log('driver: arrived')
}

/** Where everybody is: about the middle of the market's area, as degrees east and north of it. */
function townAround([lon, lat]: LonLat) {
  const at = (east: number, north: number): LonLat => [lon + east, lat + north]
  return { driver: at(-0.006, 0), home: at(0, 0), station: at(0.012, 0.006) }
}

function money(minorUnits: bigint): string {
  return `${formatMoney(minorUnits, 2)} test dollars`
}
