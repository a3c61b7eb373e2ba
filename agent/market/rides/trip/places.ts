import type { Place } from '../../../../protocol/trip.ts'
import { haversine, type LonLat } from '../haversine.ts'

/** Units of a place in a degree. */
const UNITS = 10_000_000

/**
 * A position as it is signed, to the centimetre.
 *
 * @example placeOf([4.3902, 52.0462]) // { longitude: 43902000, latitude: 520462000 }
 */
export function placeOf([longitude, latitude]: LonLat): Place {
  return { longitude: Math.round(longitude * UNITS), latitude: Math.round(latitude * UNITS) }
}

/** A place as GeoJSON has positions. */
export function lonLatOf({ longitude, latitude }: Place): LonLat {
  return [longitude / UNITS, latitude / UNITS]
}

/** Metres between two places, along the great circle. */
export function metresBetween(from: Place, to: Place): number {
  return haversine(lonLatOf(from), lonLatOf(to))
}
