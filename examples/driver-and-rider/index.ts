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
  hasEnded,
  haversine,
  isOver,
  type LonLat,
  paymentOf,
  rideCapability,
  type TripEnds,
} from '@mesh/sdk'
import { dollars } from '../support/deals.ts'
import { runInMarket } from '../support/program.ts'
import { confirm, placesOnTheWay } from './trip.ts'

/** Metres a second: much faster than a car, so that one need not wait for it. */
const SPEED = 250
/** What a kilometre costs the driver; it never bids less. Minor units: a test dollar is 1_000_000n. */
const COST_PER_KILOMETRE = 600_000n
/** What the driver puts up against leaving its rider alone, and the most that the rider pays. */
const STAKE = 20_000_000n
const LIMIT = 20_000_000n

await runInMarket(async (market) => {
  const { signal } = market
  const places = townAround(centreOf(market.network.area))

  const driver = await market.join(
    'driver',
    { capabilities: [rideCapability({ seats: 4 })] },
    { stake: STAKE },
  )
  const rider = await market.join('rider', { domains: ['ride'] }, { balance: LIMIT })
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
    console.log(`auction ${round}: ${dollars(fare, 2)}, ${bidders} bidding${who}`)
  })
  const trip = await request.matched
  const { quantity } = trip.deal.agreement
  console.log(
    `agreed: ${trip.with} drives ${quantity} m for ${dollars(paymentOf(trip.deal.agreement), 2)}, which is in escrow`,
  )
  const stopConfirming = confirm(trip)

  const deal = await rider.untilDeal(trip.id, hasEnded, { signal })
  stopConfirming()
  console.log(
    `${deal.state}: the rider has paid ${dollars(deal.outcome?.paid ?? 0n, 2)} for ${deal.outcome?.quantity ?? 0n} m`,
  )
  if (trip.with === driver.address) {
    await driver.untilDeal(trip.id, hasEnded, { signal })
    const { received, fees } = driver.totals()
    console.log(`the driver has received ${dollars(received, 2)}, after a fee of ${dollars(fees, 2)}`)
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
