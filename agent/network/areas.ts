import {
  cellToChildren,
  cellToParent,
  getHexagonEdgeLengthAvg,
  getResolution,
  gridDisk,
  isValidCell,
  UNITS,
} from 'h3-js'

/**
 * Intents travel in topics of one domain and one H3 cell, of one of these resolutions: a region (12,000 km² on average),
 * a city (250 km²), a neighbourhood (5 km²); above them is one topic for everywhere. Who listens joins all of them; who
 * publishes takes the finest in which enough peers listen, so that a sparse land shares a parent's topic, and a dense
 * one is split among its children. Source: H3, https://h3geo.org/docs/core-library/restable.
 */
export const LEVELS = [3, 5, 7] as const

/** The topic of intents that name no area, and of those of which nobody near hears. */
export const EVERYWHERE = 'everywhere'

/** Most cells of one level that an agent listens to; what is wider it asks neighbours for, or hears in parents. */
export const MAX_CELLS = 64

/**
 * The cells in whose topics an intent may travel, coarsest first.
 *
 * @param area H3 cell of the intent; '' for everywhere
 * @returns `EVERYWHERE`, and one cell per level that is not finer than the area
 * @example cellsOf('871f8d099ffffff') // ['everywhere', '831f8dfffffffff', '851f8d0bfffffff', '871f8d099ffffff']
 */
export function cellsOf(area: string): string[] {
  if (area === '') return [EVERYWHERE]
  const levels = LEVELS.filter((level) => level <= getResolution(area))
  return [EVERYWHERE, ...levels.map((level) => cellToParent(area, level))]
}

/**
 * The cells whose topics an agent joins in order to hear of intents within a radius of its own.
 *
 * @param area H3 cell; '' for everywhere
 * @param radius kilometres around it; 0 for what is in the same cells. Cells of two levels do not nest to the metre, so
 *   who lives at an edge gives one
 * @returns `EVERYWHERE`, and the cells of each level, from the coarsest on, of which there are at most `MAX_CELLS`
 */
export function cellsAround(area: string, radius = 0): string[] {
  if (area === '') return [EVERYWHERE]
  const cells = [EVERYWHERE]
  for (const level of LEVELS) {
    const centres = level <= getResolution(area) ? [cellToParent(area, level)] : cellToChildren(area, level)
    // Rows of cells are 1.5 edges apart, and the edges of the smallest cells three quarters of the average.
    const apart = 1.5 * 0.75 * getHexagonEdgeLengthAvg(level, UNITS.km)
    const steps = Math.ceil(radius / apart)
    if (centres.length > MAX_CELLS || steps > MAX_CELLS) break
    const disk = new Set(centres.flatMap((centre) => gridDisk(centre, steps)))
    if (disk.size > MAX_CELLS) break
    cells.push(...disk)
  }
  return cells
}

/** Whether an area can be named in an intent: an H3 cell in the canonical form, or '' for everywhere. */
export function isArea(area: string): boolean {
  return area === '' || (isValidCell(area) && area === area.toLowerCase())
}

/** Of the cells of `cellsAround` those of the finest level: what is in them concerns who listens, the others carry it too. */
export function finestOf(cells: readonly string[]): string[] {
  const finest = levelOf(cells.at(-1) ?? EVERYWHERE)
  return cells.filter((cell) => levelOf(cell) === finest)
}

/**
 * What concerns who listens in some cells: an area that is within one of them, or holds one. Strangers ask for cells, of thousands of
 * areas, so that these are looked at once and not for each area.
 *
 * @param cells as `finestOf` gives them, of one place or of several; or a stranger says
 * @returns whether an area does: H3 cell, or '' for everywhere
 * @example concerning(['871f8d099ffffff'])('831f8dfffffffff') // true: it holds the cell
 */
export function concerning(cells: Iterable<string>): (area: string) => boolean {
  const within = new Set(cells)
  const holders = new Set([...within].filter((cell) => levelOf(cell) >= 0).flatMap(cellsOf))
  return (area) => {
    const path = cellsOf(area)
    return path.some((cell) => within.has(cell)) || holders.has(path.at(-1) ?? EVERYWHERE)
  }
}

const NO_LEVEL = -2

/** Resolution of a cell, -1 for everywhere. */
function levelOf(cell: string): number {
  if (cell === EVERYWHERE) return -1
  return isValidCell(cell) ? getResolution(cell) : NO_LEVEL
}
