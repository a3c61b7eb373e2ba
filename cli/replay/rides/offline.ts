import {
  auctionMatching,
  Comparison,
  fareOfTrip,
  rideKpis,
  simulateFleet,
  usualRollup,
  usualTariff,
} from '../../../agent/index.ts'
import type { Trips } from './input.ts'
import type { Plan } from './plan.ts'
import { hoursOf, type Report } from './report.ts'

/** Replays trips by the pure core alone. */
export function runOffline({ name, bookings, rejects }: Trips, { rules, positions }: Plan): Report {
  const drivers = positions.length
  const comparison = new Comparison()
  const trips = simulateFleet(bookings, positions, {
    ...rules,
    match: auctionMatching,
    onMatching: (matrix, matching) => comparison.add(matrix, matching),
  })
  const fareOf = (trip: (typeof trips)[number]) => fareOfTrip(trip, usualTariff)
  return {
    name,
    rules,
    drivers,
    from: bookings[0]?.at ?? 0,
    until: bookings.at(-1)?.at ?? 0,
    rejects,
    kpis: rideKpis({ bookings, trips, vehicles: drivers, fareOf, platform: usualRollup }),
    comparison: comparison.totals,
    hours: hoursOf(bookings, trips),
    platform: usualRollup,
  }
}
