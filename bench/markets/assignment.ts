import { linearSumAssignment } from 'linear-sum-assignment'
import {
  auctionMatching,
  type CostMatrix,
  distanceMatrix,
  greedyByArrival,
  type LonLat,
  optimalMatching,
  totalOf,
} from '../../agent/index.ts'
import { type Random, randomFrom } from '../../scripts/fuzz-clearing/random-book.ts'
import { spreadOf } from '../network/statistics.ts'

const SEED = 5
/** Riders, drivers, and how many matrices are solved after those that warm up. */
const SIZES = [
  [100, 100, 60],
  [300, 300, 30],
  [1_000, 1_000, 15],
  [700, 1_000, 15],
] as const
const WARM_UP = 3

/** Degrees, about 10 km. */
const SIDE = 0.1

/** A way to match, with what it takes made of the costs before the clock starts. Gives the total. */
interface Way {
  what: string
  isOptimal: boolean
  prepare: (matrix: CostMatrix) => () => number
}

const ours = (what: string, isOptimal: boolean, match: (matrix: CostMatrix) => Int32Array): Way => ({
  what,
  isOptimal,
  prepare: (matrix) => () => totalOf(matrix, match(matrix)).cost,
})

const ways: Way[] = [
  ours('optimal: shortest augmenting paths', true, optimalMatching),
  ours('auction', true, auctionMatching),
  ours('greedy by arrival', false, greedyByArrival),
  {
    what: 'rival: linear-sum-assignment',
    isOptimal: true,
    prepare: ({ riders, drivers, costs }) => {
      const rows = Array.from({ length: riders }, (_, rider) =>
        Array.from(costs.subarray(rider * drivers, (rider + 1) * drivers)),
      )
      return () => {
        const { rowAssignments } = linearSumAssignment(rows, { maximaze: false })
        return rows.reduce((sum, row, rider) => sum + (row[rowAssignments[rider] ?? -1] ?? Number.NaN), 0)
      }
    },
  },
]

const kinds: Record<string, (riders: number, drivers: number, random: Random) => CostMatrix> = {
  'distances in a city': (riders, drivers, random) => {
    const places = (count: number) =>
      Array.from(
        { length: count },
        (): LonLat => [-74 + (SIDE * random(1e6)) / 1e6, 40.7 + (SIDE * random(1e6)) / 1e6],
      )
    return distanceMatrix(places(riders), places(drivers))
  },
  'random costs': (riders, drivers, random) => ({
    riders,
    drivers,
    costs: Float64Array.from({ length: riders * drivers }, () => random(1e6)),
  }),
}

/** How long each way takes on the same costs; those that claim the optimum agree, or the part fails. */
export async function assignment() {
  const random = randomFrom(SEED)
  console.log(`seed ${SEED}`)
  return SIZES.flatMap(([riders, drivers, runs]) =>
    Object.entries(kinds).flatMap(([kind, make]) => {
      const matrices = Array.from({ length: WARM_UP + runs }, () => make(riders, drivers, random))
      const least = matrices.map((matrix) => totalOf(matrix, optimalMatching(matrix)).cost)
      return ways.map(({ what, isOptimal, prepare }) => {
        let excess = 0
        const times = matrices.map((matrix, index) => {
          const run = prepare(matrix)
          const start = performance.now()
          const cost = run()
          const time = performance.now() - start
          excess += cost / (least[index] ?? 0) - 1
          if (isOptimal && cost !== least[index]) throw new Error(`${what}: ${cost} of ${least[index]}`)
          return time
        })
        const { p50, low, high } = spreadOf(times.slice(WARM_UP))
        return {
          size: `${riders} x ${drivers}`,
          costs: kind,
          what,
          'ms (quartiles)': `${p50.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`,
          'above the least': `${((100 * excess) / matrices.length).toFixed(1)}%`,
          runs,
        }
      })
    }),
  )
}
