import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { type CostMatrix, costMatrix } from '../../../../../agent/market/rides/cost-matrix.ts'

/** A vector file of test/vectors. */
export function readVectors<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../../../vectors/${name}.json`, import.meta.url), 'utf8')) as T
}

type Rows = (number | null)[][]

interface AssignmentVectors {
  cases: { cost: Rows; expected: number[]; total: number }[]
  infeasible: Rows[]
}

export const assignmentVectors = readVectors<AssignmentVectors>('assignment')

/** Up to `most` riders and drivers, of which many pairs may be forbidden, and costs so few that ties are common. */
export const anyMatrix = (most: number): fc.Arbitrary<CostMatrix> =>
  fc
    .record({
      riders: fc.integer({ min: 0, max: most }),
      drivers: fc.integer({ min: 0, max: most }),
      range: fc.constantFrom(3, 50, 10_000),
      forbidden: fc.constantFrom(0, 0.2, 0.7),
    })
    .chain(({ riders, drivers, range, forbidden }) =>
      fc
        .array(
          fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: -range, max: range })),
          {
            minLength: riders * drivers,
            maxLength: riders * drivers,
          },
        )
        .map((cells) =>
          costMatrix(
            Array.from({ length: riders }, (_, rider) =>
              cells
                .slice(rider * drivers, (rider + 1) * drivers)
                .map(([lot, cost]) => (lot < forbidden ? null : cost)),
            ),
          ),
        ),
    )

/** The best of all matchings, found by trying them: most pairs, then least cost. */
export function bruteForce({ riders, drivers, costs }: CostMatrix): { matched: number; cost: number } {
  const taken = new Set<number>()
  const best = { matched: -1, cost: 0 }
  const from = (rider: number, matched: number, cost: number): void => {
    if (rider === riders) {
      if (matched > best.matched || (matched === best.matched && cost < best.cost)) {
        Object.assign(best, { matched, cost })
      }
      return
    }
    from(rider + 1, matched, cost)
    for (let driver = 0; driver < drivers; driver++) {
      const own = costs[rider * drivers + driver] as number
      if (taken.has(driver) || own === Number.POSITIVE_INFINITY) continue
      taken.add(driver)
      from(rider + 1, matched + 1, cost + own)
      taken.delete(driver)
    }
  }
  from(0, 0, 0)
  return best
}
