/** A position as GeoJSON has it: degrees of longitude, degrees of latitude (WGS 84). */
export type LonLat = readonly [longitude: number, latitude: number]

/** Mean radius of the Earth in metres: (2a + b) / 3 of WGS 84, as the IUGG defines it. */
const EARTH_RADIUS = 6_371_008.8

const radians = (degrees: number) => (degrees * Math.PI) / 180

/**
 * Distance along the great circle, in metres, by the haversine formula: stable for points that are close (R. W. Sinnott,
 * "Virtues of the Haversine", Sky and Telescope 68, 1984).
 *
 * @example haversine([-73.994865, 40.725075], [-73.991295, 40.744865]) // 2220.99...
 */
export function haversine(from: LonLat, to: LonLat): number {
  const latitudes = Math.sin(radians(to[1] - from[1]) / 2)
  const longitudes = Math.sin(radians(to[0] - from[0]) / 2)
  const square = latitudes ** 2 + Math.cos(radians(from[1])) * Math.cos(radians(to[1])) * longitudes ** 2
  return 2 * EARTH_RADIUS * Math.asin(Math.min(1, Math.sqrt(square)))
}
