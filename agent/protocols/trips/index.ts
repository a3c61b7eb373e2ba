/** Trips: what both sides of a ride tell each other on the way, and what follows from it. */
export type { TripEnds } from './inputs.ts'
export { Trip } from './trip.ts'
export { Trips } from './trips.ts'
