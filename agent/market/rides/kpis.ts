import { ratio } from '../ratio.ts'
import { type CostMatrix, type Matching, totalOf } from './cost-matrix.ts'
import { type FareTariff, fareOf } from './fare.ts'
import type { Booking, FleetTrip } from './fleet.ts'
import { greedyByArrival } from './greedy.ts'
import { optimalMatching } from './optimal.ts'
import { gasCostOf, type PlatformCost, protocolFeeOf } from './platform-cost.ts'

/** What matchings came to beside others of the same riders and vehicles, in metres as the crow flies. */
export interface MatchingComparison {
  matchings: number
  matched: number
  metres: number
  optimal: { matched: number; metres: number }
  greedy: { matched: number; metres: number }
}

/** Adds up matchings beside the best that were possible, and beside greed. */
export class Comparison {
  readonly totals: MatchingComparison = {
    matchings: 0,
    matched: 0,
    metres: 0,
    optimal: { matched: 0, metres: 0 },
    greedy: { matched: 0, metres: 0 },
  }

  add(matrix: CostMatrix, matching: Matching): void {
    this.totals.matchings++
    addTo(this.totals, matrix, matching)
    addTo(this.totals.optimal, matrix, optimalMatching(matrix))
    addTo(this.totals.greedy, matrix, greedyByArrival(matrix))
  }
}

function addTo(sum: { matched: number; metres: number }, matrix: CostMatrix, matching: Matching): void {
  const { matched, cost } = totalOf(matrix, matching)
  sum.matched += matched
  sum.metres += cost / 1000
}

/** What came of bookings. Times in seconds, distances in metres, money in minor units, shares from 0 to 1. */
export interface RideKpis {
  bookings: number
  served: number
  matchRate: number
  /** From booking to pick-up. */
  wait: { p50: number; p90: number }
  /** By road, to the rider: the mean. */
  pickUpMetres: number
  /** Share of the vehicles' time with a rider, and on the way to one. */
  utilisation: { withRider: number; toRider: number }
  /** To riders, and between rides. */
  emptyKilometres: number
  kilometres: number
  /** Of all kilometres those without a rider. */
  emptyShare: number
  fares: bigint
  surcharged: number
  fees: bigint
  gas: bigint
  /** Of the fares: what drivers keep, and what fee and gas take. */
  driversShare: number
  platformShare: number
}

export interface RideKpisInput {
  /** By time. */
  bookings: readonly Booking[]
  trips: readonly FleetTrip[]
  vehicles: number
  /** What a trip cost its rider, in minor units. */
  fareOf: (trip: FleetTrip) => bigint
  platform: PlatformCost
}

/**
 * Key figures of rides. Utilisation is that from the first booking to the last: what vehicles do later is not counted,
 * and neither is the time in which nobody can book any more.
 *
 * @example rideKpis({ bookings, trips: simulateFleet(bookings, positions, rules), vehicles: positions.length, fareOf, platform })
 */
export function rideKpis({ bookings, trips, vehicles, fareOf, platform }: RideKpisInput): RideKpis {
  const begin = bookings[0]?.at ?? 0
  const end = bookings.at(-1)?.at ?? 0
  const within = (from: number, until: number) => Math.max(0, Math.min(until, end) - Math.max(from, begin))
  const vehicleTime = vehicles * (end - begin)
  const sum = (of: (trip: FleetTrip) => number) => trips.reduce((all, trip) => all + of(trip), 0)
  const toRiders = sum(({ pickUpMetres }) => pickUpMetres)
  const empty = toRiders + sum(({ cruisedMetres }) => cruisedMetres)
  const full = sum(({ metres }) => metres)
  const withRider = sum(({ pickedUpAt, droppedOffAt }) => within(pickedUpAt, droppedOffAt))
  const toRider = sum(({ assignedAt, pickedUpAt }) => within(assignedAt, pickedUpAt))
  const fares = trips.map(fareOf)
  const total = fares.reduce((all, fare) => all + fare, 0n)
  const fees = fares.reduce((all, fare) => all + protocolFeeOf(fare, platform), 0n)
  const gas = gasCostOf(platform) * BigInt(trips.length)
  const platformShare = total === 0n ? 0 : Number(fees + gas) / Number(total)
  return {
    bookings: bookings.length,
    served: trips.length,
    matchRate: ratio(trips.length, bookings.length),
    wait: percentiles(trips.map(({ booking, pickedUpAt }) => pickedUpAt - (bookings[booking]?.at ?? 0))),
    pickUpMetres: ratio(toRiders, trips.length),
    utilisation: { withRider: ratio(withRider, vehicleTime), toRider: ratio(toRider, vehicleTime) },
    emptyKilometres: empty / 1000,
    kilometres: (empty + full) / 1000,
    emptyShare: ratio(empty, empty + full),
    fares: total,
    surcharged: trips.filter(({ demand }) => demand.riders > demand.drivers).length,
    fees,
    gas,
    driversShare: total === 0n ? 0 : 1 - platformShare,
    platformShare,
  }
}

/** The fare of a trip by what was known when it was assigned: distance, time, and how scarce drivers were. */
export function fareOfTrip(
  { metres, pickedUpAt, droppedOffAt, demand }: FleetTrip,
  tariff: FareTariff,
): bigint {
  const ride = { metres: Math.round(metres), seconds: Math.round(droppedOffAt - pickedUpAt) }
  return fareOf(ride, tariff, demand)
}

/** The values at which half, and nine tenths, are no larger (nearest rank); 0 of none. */
export function percentiles(values: readonly number[]): { p50: number; p90: number } {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
  return { p50: at(0.5), p90: at(0.9) }
}
