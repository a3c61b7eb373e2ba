/** Where this driver waits, what it asks, and how it drives. Change it: the rest of the project keeps what it promises. */
import { between, crowsWay, haversine, type LonLat, type Way } from '@mesh/sdk'

/** Where it waits at first, longitude first: in the middle of the market of `mesh up`. */
export const HOME: LonLat = [11.6467, 48.2644]
/** What answers for its word, and the most that it can lose, in millionths of a test dollar. */
export const STAKE = 100_000_000n
/** The longest ride that it bids for, in kilometres. */
export const MAX_DISTANCE = 50
/** Most seconds until a rider is ready that it bids for: it drives nobody else meanwhile. */
export const MAX_LEAD = 600
/** Metres a second, as the crow flies: fast enough to look on. */
const SPEED = 60
/** What the car costs a kilometre, and what is to be earned with it, in millionths of a test dollar. */
const COST = 450_000n
const PROFIT = 100_000n

/** The least that the driver bids for a kilometre, in millionths of a test dollar; others who ask for more lose to it. */
export function costPerKilometre(): bigint {
  return COST + PROFIT
}

/** How far it is, in metres, and how soon the driver is there, in seconds. */
export const way: Way = (from, to) => ({
  metres: crowsWay(from, to).metres,
  seconds: Math.ceil(haversine(from, to) / SPEED),
})

/** Where a car is that has driven for so many seconds towards a place. */
export function driven(from: LonLat, to: LonLat, seconds: number): LonLat {
  const metres = haversine(from, to)
  if (metres <= SPEED * seconds) return to
  return between(from, to, (SPEED * seconds) / metres)
}
