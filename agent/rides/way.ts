import { haversine, type LonLat, type Ride } from '../market/rides/index.ts'

/** How far, and how long, it is by road. */
export type Way = (from: LonLat, to: LonLat) => Ride

/** How much longer roads are than the crow's way, and metres a second: the medians of New York's taxis. */
const DETOUR = 1.3
const SPEED = 19.4 / 3.6

/** Without a road network: so much longer than the crow's way, at the speed of a city. At least a metre, and a second. */
export const crowsWay: Way = (from, to) => {
  const metres = Math.max(1, Math.round(DETOUR * haversine(from, to)))
  return { metres, seconds: Math.ceil(metres / SPEED) }
}
