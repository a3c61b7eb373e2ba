import {
  auctionMatching,
  fareOfTrip,
  greedyByArrival,
  makeCity,
  optimalMatching,
  rideKpis,
  simulateFleet,
  usualRollup,
  usualTariff,
} from '../../agent/index.ts'
import { spreadOf } from '../network/statistics.ts'

const VEHICLES = 1_000
const BOOKINGS_PER_HOUR = 1_000
const HOURS = 24
/** A run for each. */
const SEEDS = [1, 2, 3, 4, 5]
const RULES = { interval: 20, patience: 600, detour: 1.3, speed: 5.5, returns: true }

/** A whole day, matched every twenty seconds; how much faster than the clock that is. */
export async function city() {
  console.log(`seeds ${SEEDS.join(', ')}`)
  const cities = SEEDS.map((seed) =>
    makeCity({ vehicles: VEHICLES, bookingsPerHour: BOOKINGS_PER_HOUR, hours: HOURS, seed }),
  )
  const matchers = { auction: auctionMatching, optimal: optimalMatching, greedy: greedyByArrival }
  return Object.entries(matchers).map(([what, match]) => {
    const runs = cities.map(({ bookings, positions }) => {
      const start = performance.now()
      const trips = simulateFleet(bookings, positions, { ...RULES, match })
      const seconds = (performance.now() - start) / 1000
      return {
        seconds,
        kpis: rideKpis({
          bookings,
          trips,
          vehicles: VEHICLES,
          fareOf: (trip) => fareOfTrip(trip, usualTariff),
          platform: usualRollup,
        }),
      }
    })
    const { p50, low, high } = spreadOf(runs.map(({ seconds }) => seconds))
    const median = (of: (run: (typeof runs)[number]) => number) => spreadOf(runs.map(of)).p50
    return {
      'matched by': what,
      's (quartiles)': `${p50.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`,
      'times real time': Math.round((HOURS * 3600) / p50).toLocaleString('en-US'),
      bookings: median(({ kpis }) => kpis.bookings),
      served: `${(100 * median(({ kpis }) => kpis.matchRate)).toFixed(2)}%`,
      'wait p50, p90 s': `${median(({ kpis }) => kpis.wait.p50).toFixed(0)}, ${median(({ kpis }) => kpis.wait.p90).toFixed(0)}`,
      'pick-up m': median(({ kpis }) => kpis.pickUpMetres).toFixed(0),
      runs: SEEDS.length,
    }
  })
}
