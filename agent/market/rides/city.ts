import { uniformDraws } from '../uniform-draws.ts'
import type { Booking } from './fleet.ts'
import { haversine, type LonLat } from './haversine.ts'

export interface CityOptions {
  vehicles: number
  bookingsPerHour: number
  hours: number
  /** Any integer; the same one gives the same city. */
  seed: number
}

/** A made-up day: where the vehicles are at first, and what is booked. */
export interface City {
  positions: LonLat[]
  bookings: Booking[]
}

/** Corner and size of the city, in degrees: 12 by 12 km at the latitude of Rotterdam. */
const CORNER: LonLat = [4.4, 51.87]
const SIZE: LonLat = [0.175, 0.108]

/** Metres a second as the crow flies: 20 km/h on roads that are a third longer. */
const SPEED = 4.2

/** Seconds to get in and out. */
const STOPS = 90

/**
 * A city without a rush hour. Bookings come independently of one another (exponential gaps); places are denser towards the
 * centre (the mean of two uniform draws).
 */
export function makeCity({ vehicles, bookingsPerHour, hours, seed }: CityOptions): City {
  const draw = uniformDraws(seed)
  const place = (): LonLat => [
    CORNER[0] + (SIZE[0] * (draw() + draw())) / 2,
    CORNER[1] + (SIZE[1] * (draw() + draw())) / 2,
  ]
  const positions = Array.from({ length: vehicles }, place)
  const bookings: Booking[] = []
  const gap = () => (-3600 / bookingsPerHour) * Math.log(1 - draw())
  for (let at = gap(); at < hours * 3600; at += gap()) {
    const [from, to] = [place(), place()]
    bookings.push({ at, from, to, duration: STOPS + haversine(from, to) / SPEED })
  }
  return { positions, bookings }
}
