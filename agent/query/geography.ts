import { cellToLatLng, cellToParent, getResolution, greatCircleDistance, isValidCell, UNITS } from 'h3-js'

/** Latitude and longitude in degrees. */
export type Point = [latitude: number, longitude: number]

/** Centre of an H3 cell, undefined of what is none. */
export function centerOf(cell: string): Point | undefined {
  return isValidCell(cell) ? cellToLatLng(cell) : undefined
}

/** Kilometres along a great circle between two points; undefined when one of them is. */
export function distanceBetween(a: Point | undefined, b: Point | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : greatCircleDistance(a, b, UNITS.km)
}

/** Whether an H3 cell is another one, or among its ancestors. */
export function containsCell(outer: string, inner: string): boolean {
  if (!isValidCell(outer) || !isValidCell(inner)) return false
  const resolution = getResolution(outer)
  return resolution <= getResolution(inner) && cellToParent(inner, resolution) === outer
}

/** An H3 cell and all its ancestors, the finest first. */
export function lineageOf(cell: string): string[] {
  const resolution = getResolution(cell)
  return Array.from({ length: resolution + 1 }, (_, index) => cellToParent(cell, resolution - index))
}
