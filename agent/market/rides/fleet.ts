import { type CostMatrix, distanceMatrix, type Matching, UNMATCHED } from './cost-matrix.ts'
import type { Demand } from './fare.ts'
import { between, haversine, type LonLat } from './haversine.ts'

/** A ride that somebody wants. Times in Unix seconds. */
export interface Booking {
  at: number
  from: LonLat
  to: LonLat
  /** Seconds from pick-up to drop-off. */
  duration: number
}

/** A ride that took place. Times in Unix seconds. */
export interface FleetTrip {
  /** Indices. */
  booking: number
  vehicle: number
  assignedAt: number
  pickedUpAt: number
  droppedOffAt: number
  /** Metres by road without anybody since the ride before, to the rider, and with the rider. */
  cruisedMetres: number
  pickUpMetres: number
  metres: number
  /** Who was looking for whom when it was assigned. */
  demand: Demand
}

export interface FleetRules {
  /** Seconds from one matching to the next. */
  interval: number
  /** Seconds that a rider waits at most, from booking to pick-up. */
  patience: number
  /** Metres by road for a metre as the crow flies. */
  detour: number
  /** Metres by road in a second, on the way to a rider. */
  speed: number
  /** Whether a vehicle drives back after a ride, towards where it found the rider: without that a fleet ends where people go and nobody comes from. */
  returns: boolean
  match: (matrix: CostMatrix) => Matching
  /** Told of each matching, for comparison. */
  onMatching?: (matrix: CostMatrix, matching: Matching) => void
}

/** A vehicle stands at `position` when it is free, and drives to `home` then. */
interface Vehicle {
  position: LonLat
  freeAt: number
  home: LonLat
  /** Metres by road from `position` to `home`. */
  wayHome: number
}

/**
 * A day of a fleet, by discrete events: at each interval the riders who wait are matched with the vehicles that are free,
 * by distance; a pair of which the rider would have to wait too long is forbidden, and whoever has waited too long gives
 * up.
 *
 * @param bookings by time
 * @param positions of the vehicles when the first booking comes
 * @returns the trips, in the order in which they were assigned; the other bookings came to nothing
 */
export function simulateFleet(
  bookings: readonly Booking[],
  positions: readonly LonLat[],
  rules: FleetRules,
): FleetTrip[] {
  const trips: FleetTrip[] = []
  const vehicles = positions.map(
    (position): Vehicle => ({ position, freeAt: Number.NEGATIVE_INFINITY, home: position, wayHome: 0 }),
  )
  let waiting: number[] = []
  let next = 0
  let now = bookings[0]?.at ?? 0
  while (next < bookings.length || waiting.length > 0) {
    now += rules.interval
    // Nothing happens until somebody books.
    const pause = waiting.length === 0 ? (bookings[next] as Booking).at - now : -1
    if (pause >= 0) now += (Math.floor(pause / rules.interval) + 1) * rules.interval
    while (next < bookings.length && (bookings[next] as Booking).at < now) waiting.push(next++)
    const free = Array.from(vehicles.keys()).filter((index) => (vehicles[index] as Vehicle).freeAt <= now)
    const assigned = dispatch(bookings, waiting, vehicles, free, now, rules)
    trips.push(...assigned)
    const served = new Set(assigned.map(({ booking }) => booking))
    waiting = waiting.filter(
      (index) => !served.has(index) && (bookings[index] as Booking).at + rules.patience > now,
    )
  }
  return trips
}

function dispatch(
  bookings: readonly Booking[],
  waiting: readonly number[],
  vehicles: Vehicle[],
  free: readonly number[],
  now: number,
  { patience, detour, speed, returns, match, onMatching }: FleetRules,
): FleetTrip[] {
  const positions = free.map((index) => positionOf(vehicles[index] as Vehicle, now, speed))
  const matrix = distanceMatrix(
    waiting.map((index) => (bookings[index] as Booking).from),
    positions,
  )
  for (const [row, index] of waiting.entries()) {
    const left = (bookings[index] as Booking).at + patience - now
    const reach = (left * speed * 1000) / detour
    const begin = row * matrix.drivers
    for (let at = begin; at < begin + matrix.drivers; at++) {
      if ((matrix.costs[at] as number) > reach) matrix.costs[at] = Number.POSITIVE_INFINITY
    }
  }
  const matching = match(matrix)
  onMatching?.(matrix, matching)
  const demand = { riders: waiting.length, drivers: free.length }
  return [...matching.entries()].flatMap(([row, column]) => {
    if (column === UNMATCHED) return []
    const [booking, vehicle] = [waiting[row] as number, free[column] as number]
    const ride = bookings[booking] as Booking
    const [from, position] = [ride.from, positions[column] as LonLat]
    const { freeAt, wayHome } = vehicles[vehicle] as Vehicle
    const pickUpMetres = detour * haversine(position, from)
    const metres = detour * haversine(from, ride.to)
    const pickedUpAt = now + pickUpMetres / speed
    const droppedOffAt = pickedUpAt + ride.duration
    const back = returns ? { home: from, wayHome: metres } : { home: ride.to, wayHome: 0 }
    vehicles[vehicle] = { position: ride.to, freeAt: droppedOffAt, ...back }
    const cruisedMetres = Math.min(wayHome, (now - freeAt) * speed)
    const ways = { cruisedMetres, pickUpMetres, metres }
    return [{ booking, vehicle, assignedAt: now, pickedUpAt, droppedOffAt, ...ways, demand }]
  })
}

/** Where a vehicle that is free has come on its way home, as the crow flies: what it has driven and has before it add up. */
function positionOf({ position, freeAt, home, wayHome }: Vehicle, now: number, speed: number): LonLat {
  const done = wayHome === 0 ? 1 : Math.min(1, ((now - freeAt) * speed) / wayHome)
  return between(position, home, done)
}
