/** A position as GeoJSON has it: degrees of longitude, degrees of latitude (WGS 84). */
export type LonLat = readonly [longitude: number, latitude: number]

/** Mean radius of the Earth in metres: (2a + b) / 3 of WGS 84, as the IUGG defines it. */
const EARTH_RADIUS = 6_371_008.8

const radians = (angle: number) => (angle * Math.PI) / 180
const degrees = (angle: number) => (angle * 180) / Math.PI

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

/**
 * Where somebody is who has gone a part of the great circle from one place to another, so that distances along it add up.
 * Source: E. Williams, Aviation Formulary V1.47, "Intermediate points on a great circle".
 *
 * @param part from 0 to 1, of a way of less than half the globe
 * @example between([0, 0], [2, 0], 0.5) // [1, 0]
 */
export function between(from: LonLat, to: LonLat, part: number): LonLat {
  const angle = haversine(from, to) / EARTH_RADIUS
  // What is so near is one place, and the sine would be nothing.
  if (angle < 1e-12) return from
  const before = Math.sin((1 - part) * angle) / Math.sin(angle)
  const after = Math.sin(part * angle) / Math.sin(angle)
  const [a, b] = [vectorOf(from), vectorOf(to)]
  const [x, y, z] = [before * a[0] + after * b[0], before * a[1] + after * b[1], before * a[2] + after * b[2]]
  return [degrees(Math.atan2(y, x)), degrees(Math.atan2(z, Math.hypot(x, y)))]
}

function vectorOf([lon, lat]: LonLat): [number, number, number] {
  const [lambda, phi] = [radians(lon), radians(lat)]
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)]
}
