import { type FleetRules, haversine, type LonLat } from '../../../agent/index.ts'
import type { Trips } from './input.ts'

/** Seconds from one matching to the next, and that a rider waits at most. */
export const INTERVAL = 20
const PATIENCE = 600
/** Metres by road for a metre as the crow flies: the median of the shipped trips, whose taxis measured theirs. */
const DETOUR = 1.3

/** How a fleet works, and where it is at first. */
export interface Plan {
  rules: Omit<FleetRules, 'match' | 'onMatching'>
  positions: LonLat[]
}

/** What is not the same for every replay. */
export interface PlanOptions {
  drivers: number
  /** Seconds from one matching to the next. */
  interval?: number
  /** Whether vehicles drive back after a ride. */
  returns: boolean
}

/** Vehicles begin where the first trips ended, and drive as fast as all trips on average. */
export function planOf(
  { bookings }: Pick<Trips, 'bookings'>,
  { drivers, interval = INTERVAL, returns }: PlanOptions,
): Plan {
  const way = bookings.reduce((sum, { from, to }) => sum + DETOUR * haversine(from, to), 0)
  const speed = way / bookings.reduce((sum, { duration }) => sum + duration, 0)
  return {
    rules: { interval, patience: PATIENCE, detour: DETOUR, speed, returns },
    positions: Array.from({ length: drivers }, (_, index) => bookings[index % bookings.length]?.to ?? [0, 0]),
  }
}
