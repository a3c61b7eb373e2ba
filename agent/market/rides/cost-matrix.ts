import { MeshError } from '../../../protocol/errors.ts'
import { haversine, type LonLat } from './haversine.ts'

/** No driver for this rider, or the reverse. */
export const UNMATCHED = -1

/** What each driver costs each rider. The unit is the caller's. */
export interface CostMatrix {
  riders: number
  drivers: number
  /** Row by row, a row for each rider. Integers; `Infinity` for a pair that is forbidden. */
  costs: Float64Array
}

/** The driver of each rider, by index, or {@link UNMATCHED}. */
export type Matching = Int32Array

/** Costs are exact to this part of their unit. */
const STEPS = 1000

/**
 * A matrix from rows as people write them. Costs are kept in thousandths of their unit, rounded to the nearest, so
 * that whatever is computed with them is exact.
 *
 * @param rows a row for each rider, all of the same length; null for a pair that is forbidden
 * @throws MeshError `COST_INVALID` when a row has another length than the first, or a cost is no finite number.
 *
 * @example costMatrix([[1.5, null], [2, 3]]).costs // Float64Array [1500, Infinity, 2000, 3000]
 */
export function costMatrix(rows: readonly (readonly (number | null)[])[]): CostMatrix {
  const drivers = rows[0]?.length ?? 0
  const costs = rows.flatMap((row, rider) => {
    if (row.length !== drivers) throw invalid(`cost[${rider}]`, `${drivers} costs, as in cost[0]`, row.length)
    return row.map((cost, driver) => {
      if (cost === null) return Number.POSITIVE_INFINITY
      if (Number.isFinite(cost)) return Math.round(cost * STEPS)
      throw invalid(`cost[${rider}][${driver}]`, 'a finite number, or null for a forbidden pair', cost)
    })
  })
  return { riders: rows.length, drivers, costs: Float64Array.from(costs) }
}

/** The distance of each driver from each rider along the great circle, in whole millimetres. */
export function distanceMatrix(riders: readonly LonLat[], drivers: readonly LonLat[]): CostMatrix {
  const costs = new Float64Array(riders.length * drivers.length)
  let at = 0
  for (const rider of riders) {
    for (const driver of drivers) costs[at++] = Math.round(haversine(rider, driver) * STEPS)
  }
  return { riders: riders.length, drivers: drivers.length, costs }
}

/** The same costs with riders and drivers exchanged. */
export function transpose({ riders, drivers, costs }: CostMatrix): CostMatrix {
  const result = new Float64Array(costs.length)
  for (let rider = 0; rider < riders; rider++) {
    for (let driver = 0; driver < drivers; driver++) {
      result[driver * riders + rider] = costs[rider * drivers + driver] as number
    }
  }
  return { riders: drivers, drivers: riders, costs: result }
}

/** The matching seen from the other side. @param drivers how many there are */
export function inverse(matching: Matching, drivers: number): Matching {
  const result = new Int32Array(drivers).fill(UNMATCHED)
  for (const [rider, driver] of matching.entries()) if (driver !== UNMATCHED) result[driver] = rider
  return result
}

/** What a matching comes to. */
export interface MatchingTotal {
  matched: number
  /** In the unit of the matrix: thousandths of what {@link costMatrix} took, millimetres of {@link distanceMatrix}. */
  cost: number
}

/** How many riders a matching gives a driver, and what that costs in all. */
export function totalOf({ drivers, costs }: CostMatrix, matching: Matching): MatchingTotal {
  const total = { matched: 0, cost: 0 }
  for (const [rider, driver] of matching.entries()) {
    if (driver === UNMATCHED) continue
    total.matched++
    total.cost += costs[rider * drivers + driver] as number
  }
  return total
}

function invalid(field: string, expected: string, received: unknown): MeshError {
  return new MeshError('COST_INVALID', 'A matrix of costs cannot be used.', {
    field,
    expected,
    received,
    remedy: 'Give a row for each rider with as many costs as there are drivers; null forbids a pair.',
  })
}
