import {
  cellToBoundary,
  cellToLatLng,
  cellToParent,
  getHexagonAreaAvg,
  getResolution,
  isValidCell,
  polygonToCells,
  UNITS,
} from 'h3-js'
import type { Place, Projection } from './projection.ts'

/** Finest cells that a map is covered with: blocks of houses. */
const FINEST = 10
/** Kilometres of a degree of latitude. */
const KM_PER_DEGREE = 111.19

/** The middle of a cell; undefined where it is none. */
export function centreOf(cell: string): Place | undefined {
  if (!isValidCell(cell)) return undefined
  const [lat, lng] = cellToLatLng(cell)
  return { lat, lng }
}

/** The corners of a cell; none where it is none. */
export function outlineOf(cell: string): Place[] {
  return isValidCell(cell) ? cellToBoundary(cell).map(([lat, lng]) => ({ lat, lng })) : []
}

/**
 * Cells that cover a picture, the finest that are no more than about `most`, and how many of `points` begin in each.
 *
 * @param points cells of any resolution; those that are coarser than the lattice count nowhere
 */
export function latticeOf(
  { corners }: Pick<Projection, 'corners'>,
  points: readonly string[],
  most: number,
): { cell: string; outline: Place[]; count: number }[] {
  // Cells whose middle is just outside show, too.
  const [lat, lng] = [(corners.north - corners.south) * 0.12, (corners.east - corners.west) * 0.12]
  const { south, north, west, east } = {
    ...{ south: corners.south - lat, north: corners.north + lat },
    ...{ west: corners.west - lng, east: corners.east + lng },
  }
  const width = (east - west) * KM_PER_DEGREE * Math.cos((((south + north) / 2) * Math.PI) / 180)
  const area = width * (north - south) * KM_PER_DEGREE
  let resolution = FINEST
  while (resolution > 0 && area / getHexagonAreaAvg(resolution, UNITS.km2) > most) resolution--
  const counts = new Map<string, number>()
  for (const point of points) {
    if (!isValidCell(point) || getResolution(point) < resolution) continue
    const cell = cellToParent(point, resolution)
    counts.set(cell, (counts.get(cell) ?? 0) + 1)
  }
  const box = [
    [south, west],
    [south, east],
    [north, east],
    [north, west],
  ]
  return polygonToCells(box, resolution).map((cell) => ({
    cell,
    outline: outlineOf(cell),
    count: counts.get(cell) ?? 0,
  }))
}
