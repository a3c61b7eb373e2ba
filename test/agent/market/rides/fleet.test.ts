import { expect } from 'chai'
import fc from 'fast-check'
import { auctionMatching } from '../../../../agent/market/rides/auction.ts'
import { makeCity } from '../../../../agent/market/rides/city.ts'
import { usualTariff } from '../../../../agent/market/rides/fare.ts'
import {
  type Booking,
  type FleetRules,
  type FleetTrip,
  simulateFleet,
} from '../../../../agent/market/rides/fleet.ts'
import { greedyByArrival } from '../../../../agent/market/rides/greedy.ts'
import { haversine, type LonLat } from '../../../../agent/market/rides/haversine.ts'
import { Comparison, fareOfTrip, percentiles, rideKpis } from '../../../../agent/market/rides/kpis.ts'
import { gasCostOf, protocolFeeOf, usualRollup } from '../../../../agent/market/rides/platform-cost.ts'

const rules: FleetRules = {
  interval: 10,
  patience: 300,
  detour: 1.3,
  speed: 5,
  returns: true,
  match: auctionMatching,
}
const fareOf = (trip: FleetTrip) => fareOfTrip(trip, usualTariff)
const anyCity = fc
  .record({ vehicles: fc.integer({ min: 1, max: 6 }), seed: fc.integer() })
  .map(({ vehicles, seed }) => makeCity({ vehicles, bookingsPerHour: 40, hours: 1, seed }))

describe('simulateFleet', () => {
  it('picks a rider up when the nearest vehicle has come, and sets it down where it wanted', () => {
    const booking: Booking = { at: 1000, from: [0, 0], to: [0.01, 0], duration: 200 }
    const [trip, ...others] = simulateFleet(
      [booking],
      [
        [0.02, 0],
        [0.005, 0],
      ],
      rules,
    )
    const way = 1.3 * haversine([0.005, 0], [0, 0])
    expect(others).to.deep.equal([])
    expect(trip).to.deep.equal({
      booking: 0,
      vehicle: 1,
      assignedAt: 1010,
      pickedUpAt: 1010 + way / 5,
      droppedOffAt: 1010 + way / 5 + 200,
      cruisedMetres: 0,
      pickUpMetres: way,
      metres: 1.3 * haversine([0, 0], [0.01, 0]),
      demand: { riders: 1, drivers: 2 },
    })
  })

  it('stays where the last ride ended, where the rules say so', () => {
    const booking = (at: number): Booking => ({ at, from: [0, 0], to: [0.01, 0], duration: 200 })
    const stay = { ...rules, returns: false }
    const [, second] = simulateFleet([booking(0), booking(3_000)], [[0, 0]], stay)
    expect(second?.cruisedMetres).to.equal(0)
    expect(second?.pickUpMetres).to.be.closeTo(1.3 * haversine([0, 0], [0.01, 0]), 1e-3)
  })

  it('drives back to where a rider was found, and is where it has come when the next one books', () => {
    const home: LonLat = [0, 0]
    const to: LonLat = [0.01, 0]
    const booking = (at: number): Booking => ({ at, from: home, to, duration: 200 })
    const way = 1.3 * haversine(home, to)
    const [first, half] = simulateFleet([booking(0), booking(350)], [home], rules)
    const driven = (360 - (first?.droppedOffAt ?? 0)) * 5
    expect(half?.cruisedMetres)
      .to.equal(driven)
      .and.be.within(1, way - 1)
    expect(half?.pickUpMetres).to.be.closeTo(way - driven, 1e-3)
    const [, whole] = simulateFleet([booking(0), booking(3000)], [home], rules)
    expect(whole?.cruisedMetres).to.equal(way)
    expect(whole?.pickUpMetres).to.be.closeTo(0, 1e-6)
  })

  it('gives nobody a vehicle that would come too late', () => {
    const booking: Booking = { at: 0, from: [0, 0], to: [0.01, 0], duration: 200 }
    expect(simulateFleet([booking], [[0.02, 0]], rules)).to.deep.equal([])
    expect(simulateFleet([booking], [[0.02, 0]], { ...rules, patience: 600 }).length).to.equal(1)
    expect(simulateFleet([booking], [], rules)).to.deep.equal([])
    expect(simulateFleet([], [[0, 0]], rules)).to.deep.equal([])
  })

  it('has what was driven on the way back and what is before a vehicle add up, wherever the next rider is', () => {
    const [home, to]: [LonLat, LonLat] = [
      [4.43, 51.87],
      [4.57, 51.97],
    ]
    const way = 1.3 * haversine(home, to)
    const bookings = [0, 1500].map((at): Booking => ({ at, from: home, to, duration: 200 }))
    const [, second] = simulateFleet(bookings, [home], { ...rules, patience: 5_000 })
    expect(second?.cruisedMetres).to.be.within(way / 4, (3 * way) / 4)
    expect((second?.cruisedMetres ?? 0) + (second?.pickUpMetres ?? 0)).to.be.closeTo(way, 1e-3)
  })

  it('has each vehicle at one place at a time, and nobody wait longer than it would', () => {
    fc.assert(
      fc.property(anyCity, ({ bookings, positions }) => {
        const trips = simulateFleet(bookings, positions, rules)
        expect(new Set(trips.map(({ booking }) => booking)).size).to.equal(trips.length)
        const free = positions.map((position): { at: number; position: LonLat } => ({ at: 0, position }))
        for (const trip of trips) {
          const booking = bookings[trip.booking] as Booking
          const before = free[trip.vehicle] as { at: number; position: LonLat }
          expect(trip.assignedAt).to.be.at.least(before.at)
          expect(trip.assignedAt).to.be.above(booking.at)
          const direct = 1.3 * haversine(before.position, booking.from)
          expect(trip.cruisedMetres + trip.pickUpMetres).to.be.at.least(direct - 0.01)
          expect(trip.cruisedMetres).to.be.at.most((trip.assignedAt - before.at) * rules.speed + 1e-6)
          expect(trip.pickedUpAt - booking.at).to.be.at.most(rules.patience + 0.01)
          free[trip.vehicle] = { at: trip.droppedOffAt, position: booking.to }
        }
      }),
      { numRuns: 50 },
    )
  })
})

describe('rideKpis', () => {
  it('adds up: money to the unit, time and way to those of the trips', () => {
    fc.assert(
      fc.property(anyCity, ({ bookings, positions }) => {
        const trips = simulateFleet(bookings, positions, rules)
        const vehicles = positions.length
        const kpis = rideKpis({ bookings, trips, vehicles, fareOf, platform: usualRollup })
        const fares = trips.map((trip) => fareOfTrip(trip, usualTariff))
        expect(kpis.fares).to.equal(fares.reduce((sum, fare) => sum + fare, 0n))
        expect(kpis.fees).to.equal(fares.reduce((sum, fare) => sum + protocolFeeOf(fare, usualRollup), 0n))
        expect(kpis.gas).to.equal(gasCostOf(usualRollup) * BigInt(trips.length))
        expect(kpis.served).to.equal(trips.length).and.at.most(kpis.bookings)
        if (trips.length > 0) expect(kpis.driversShare + kpis.platformShare).to.be.closeTo(1, 1e-12)
        expect(kpis.utilisation.withRider + kpis.utilisation.toRider).to.be.within(0, 1)
        expect(kpis.wait.p50).to.be.at.most(kpis.wait.p90)
      }),
      { numRuns: 50 },
    )
  })

  it("counts of the vehicles' time what lies between the first booking and the last", () => {
    const booking = (at: number): Booking => ({ at, from: [0, 0], to: [0, 0], duration: 5_000 })
    const bookings = [booking(0), booking(100)]
    const trips = simulateFleet(
      bookings,
      [
        [0, 0],
        [0, 0],
      ],
      rules,
    )
    const { utilisation } = rideKpis({
      bookings,
      trips,
      vehicles: 2,
      fareOf,
      platform: usualRollup,
    })
    expect(utilisation).to.deep.equal({ withRider: 90 / 200, toRider: 0 })
  })

  it('has nothing to tell of nothing', () => {
    const kpis = rideKpis({
      bookings: [],
      trips: [],
      vehicles: 0,
      fareOf,
      platform: usualRollup,
    })
    expect(kpis).to.include({ matchRate: 0, driversShare: 0, emptyShare: 0, fares: 0n })
  })

  it('takes the smallest value that so many do not exceed', () => {
    expect(percentiles([5, 1, 4, 2, 3, 9, 8, 6, 10, 7])).to.deep.equal({ p50: 5, p90: 9 })
    expect(percentiles([])).to.deep.equal({ p50: 0, p90: 0 })
  })
})

describe('Comparison', () => {
  it('finds the auction at the optimum, and greed not below', () => {
    const { bookings, positions } = makeCity({ vehicles: 25, bookingsPerHour: 200, hours: 3, seed: 3 })
    const run = (match: FleetRules['match']) => {
      const comparison = new Comparison()
      const onMatching: FleetRules['onMatching'] = (matrix, matching) => comparison.add(matrix, matching)
      simulateFleet(bookings, positions, { ...rules, match, onMatching })
      return comparison.totals
    }
    const auction = run(auctionMatching)
    expect(auction).to.include({ matched: auction.optimal.matched })
    expect(auction.metres).to.be.closeTo(auction.optimal.metres, 1e-6)
    const greedy = run(greedyByArrival)
    expect(greedy.metres).to.equal(greedy.greedy.metres)
    expect(greedy.matched).to.be.at.most(greedy.optimal.matched)
  })
})

describe('makeCity', () => {
  it('is the same for the same seed, and another for another', () => {
    const city = (seed: number) => makeCity({ vehicles: 10, bookingsPerHour: 1000, hours: 2, seed })
    expect(city(1)).to.deep.equal(city(1))
    expect(city(1)).to.not.deep.equal(city(2))
    const { bookings } = city(1)
    expect(bookings.length).to.be.within(1800, 2200)
    expect(bookings.map(({ at }) => at)).to.deep.equal(bookings.map(({ at }) => at).sort((a, b) => a - b))
  })
})
