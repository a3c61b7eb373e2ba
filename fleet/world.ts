import { type Booking, type Hex, haversine, type LonLat, type Ride } from '../agent/index.ts'
import { Chronicle } from './chronicle.ts'
import type { ScaledClock } from './scaled-clock.ts'

/**
 * Kilometres within which riders and drivers hear of one another: further than anybody is fetched from, and so far that they do
 * without the topics of neighbourhoods, of which each driver would be in sixty. A fleet of some dozens fills no city.
 */
export const REACH = 7

export interface Roads {
  /** Metres by road for a metre as the crow flies. */
  detour: number
  /** Metres by road in a second. */
  speed: number
}

/** What the agents of a replay live in: time, roads, and the trips that the data has. */
export class World {
  readonly clock: ScaledClock
  readonly bookings: readonly Booking[]
  readonly chronicle = new Chronicle()
  readonly #roads: Roads
  readonly #booked = new Map<Hex, PromiseWithResolvers<number>>()

  constructor(clock: ScaledClock, bookings: readonly Booking[], roads: Roads) {
    this.clock = clock
    this.bookings = bookings
    this.#roads = roads
  }

  /** How far it is, and how many seconds of the replay it takes without a rider. */
  readonly drive = (from: LonLat, to: LonLat): { metres: number; seconds: number } => {
    const metres = this.#roads.detour * haversine(from, to)
    return { metres, seconds: metres / this.#roads.speed }
  }

  /** The same as agents reckon with: whole metres, and seconds of the machine. */
  readonly way = (from: LonLat, to: LonLat): Ride => {
    const { metres, seconds } = this.drive(from, to)
    return { metres: Math.max(1, Math.round(metres)), seconds: Math.max(1, this.clock.real(seconds)) }
  }

  /** Says which booking an agreement is about: its rider knows. */
  book(deal: Hex, booking: number): void {
    this.#entry(deal).resolve(booking)
  }

  /** The booking that an agreement is about. */
  bookingOf(deal: Hex): Promise<number> {
    return this.#entry(deal).promise
  }

  #entry(deal: Hex): PromiseWithResolvers<number> {
    const entry = this.#booked.get(deal) ?? Promise.withResolvers<number>()
    this.#booked.set(deal, entry)
    return entry
  }
}
