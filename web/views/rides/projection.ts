/** A point of the Earth in degrees. */
export interface Place {
  lat: number
  lng: number
}

/** Where places are in a picture, in pixels from its upper left corner, north up. */
export interface Projection {
  width: number
  height: number
  x(place: Place): number
  y(place: Place): number
  pixelsPerKilometre: number
  /** The corners of what is in the picture. */
  corners: { south: number; west: number; north: number; east: number }
}

/** Kilometres of a degree of latitude, on a sphere with the Earth's mean radius of 6,371 km. */
const KM_PER_DEGREE = 111.19

/**
 * Fits places into a picture: equirectangular, true to scale at their middle, which is exact enough within a city.
 *
 * @param places at least one, with degrees that are finite; beyond the antimeridian there is no city
 * @param leastKm least kilometres that the picture is wide, so that a single place has surroundings
 * @param padding pixels that stay free at each edge
 * @throws RangeError when there is no place, or a coordinate is no number
 * @example projectionOf([{ lat: 48, lng: 11 }], { width: 800, height: 500, padding: 20, leastKm: 2 })
 */
export function projectionOf(
  places: readonly Place[],
  { width, height, padding, leastKm }: { width: number; height: number; padding: number; leastKm: number },
): Projection {
  const [south, north] = rangeOf(places.map(({ lat }) => lat))
  const [west, east] = rangeOf(places.map(({ lng }) => lng))
  const middle = { lat: (south + north) / 2, lng: (west + east) / 2 }
  const kmPerLng = KM_PER_DEGREE * Math.max(0.01, Math.cos((middle.lat * Math.PI) / 180))
  const [inner, tall] = [Math.max(1, width - 2 * padding), Math.max(1, height - 2 * padding)]
  const scale = Math.min(
    inner / Math.max(leastKm, (east - west) * kmPerLng),
    tall / Math.max((leastKm * tall) / inner, (north - south) * KM_PER_DEGREE),
  )
  const halfLat = height / 2 / scale / KM_PER_DEGREE
  const halfLng = width / 2 / scale / kmPerLng
  return {
    width,
    height,
    pixelsPerKilometre: scale,
    x: ({ lng }) => width / 2 + (lng - middle.lng) * kmPerLng * scale,
    y: ({ lat }) => height / 2 - (lat - middle.lat) * KM_PER_DEGREE * scale,
    corners: {
      ...{ south: middle.lat - halfLat, north: middle.lat + halfLat },
      ...{ west: middle.lng - halfLng, east: middle.lng + halfLng },
    },
  }
}

/** A closed outline as the `d` of an SVG path. */
export function outlinePath(outline: readonly Place[], { x, y }: Pick<Projection, 'x' | 'y'>): string {
  const points = outline.map((place) => `${x(place).toFixed(1)} ${y(place).toFixed(1)}`)
  return points.length === 0 ? '' : `M${points.join('L')}Z`
}

/** A way between two points that bends to its left, so that a way there and a way back are told apart. */
export function arcPath(from: { x: number; y: number }, to: { x: number; y: number }, bend = 0.18): string {
  const middle = {
    x: (from.x + to.x) / 2 + (to.y - from.y) * bend,
    y: (from.y + to.y) / 2 - (to.x - from.x) * bend,
  }
  const at = ({ x, y }: { x: number; y: number }) => `${x.toFixed(1)} ${y.toFixed(1)}`
  return `M${at(from)}Q${at(middle)} ${at(to)}`
}

/** The longest round distance that takes at most so many pixels, for a scale. @example scaleBar(200, 120) // 500 m, 100 pixels */
export function scaleBar(pixelsPerKilometre: number, most: number): { metres: number; pixels: number } {
  const longest = (most / pixelsPerKilometre) * 1_000
  const power = 10 ** Math.floor(Math.log10(longest))
  const metres = ([5, 2, 1].find((of) => of * power <= longest) ?? 1) * power
  return { metres, pixels: (metres / 1_000) * pixelsPerKilometre }
}

function rangeOf(values: readonly number[]): [number, number] {
  const bad = values.find((value) => !Number.isFinite(value))
  if (values.length === 0 || bad !== undefined) {
    throw new RangeError(`a map needs places with degrees, not ${bad ?? 'none'}`)
  }
  return [Math.min(...values), Math.max(...values)]
}
