import { z } from 'zod'
import {
  auctionMatching,
  type CostMatrix,
  costMatrix,
  distanceMatrix,
  greedyByArrival,
  type Matching,
  optimalMatching,
  totalOf,
  UNMATCHED,
} from '../../agent/index.ts'
import { ConfigError } from '../../protocol/errors.ts'
import { counted, percent } from '../format.ts'
import { readJson } from '../json-file.ts'
import { table } from '../table.ts'

export interface MatchOptions {
  method: keyof typeof methods
  json?: boolean
}

const methods = { auction: auctionMatching, optimal: optimalMatching, greedy: greedyByArrival }

const position = z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)])

const inputSchema = z
  .object({
    riders: z.array(position).optional(),
    drivers: z.array(position).optional(),
    cost: z.array(z.array(z.number().min(-1e9).max(1e9).nullable())).optional(),
  })
  .refine(({ riders, drivers, cost }) => (cost === undefined) === Boolean(riders && drivers), {
    error: 'either riders and drivers, or cost',
  })

/** Most pairs: 4,000 riders and drivers take half a gigabyte. */
const MAX_PAIRS = 16_000_000

const SHAPE =
  '{"riders": [[lon, lat], ...], "drivers": [[lon, lat], ...]}, or {"cost": [[number or null, ...], ...]}.'

/** Matches the riders and drivers of a file, and prints the pairs. @throws ConfigError where it cannot be used */
export function match(file: string, { method, json = false }: MatchOptions): void {
  const { riders = [], drivers = [], cost } = readJson(file, inputSchema, SHAPE)
  const pairs = cost === undefined ? riders.length * drivers.length : cost.length * (cost[0]?.length ?? 0)
  if (pairs > MAX_PAIRS) {
    throw new ConfigError('TOO_MANY_PAIRS', 'There are too many riders and drivers to match at once.', {
      field: cost === undefined ? 'riders, drivers' : 'cost',
      expected: `at most ${MAX_PAIRS} pairs`,
      received: pairs,
      remedy: 'Match them area by area.',
    })
  }
  const matrix = cost === undefined ? distanceMatrix(riders, drivers) : costMatrix(cost)
  const report = reportOf(matrix, methods[method](matrix))
  console.log(json ? JSON.stringify({ method, ...report }, undefined, 2) : toText(method, report))
}

type Report = ReturnType<typeof reportOf>

/** Costs of a matrix are thousandths of those that were given. */
function reportOf(matrix: CostMatrix, matching: Matching) {
  const pairs = Array.from(matching, (driver, rider) => ({
    rider,
    driver,
    cost: (matrix.costs[rider * matrix.drivers + driver] ?? 0) / 1000,
  })).filter(({ driver }) => driver !== UNMATCHED)
  const best = totalOf(matrix, optimalMatching(matrix))
  const own = totalOf(matrix, matching)
  const taken = new Set(matching)
  return {
    riders: matrix.riders,
    drivers: matrix.drivers,
    pairs,
    matched: own.matched,
    total: own.cost / 1000,
    optimum: { matched: best.matched, total: best.cost / 1000 },
    /** Of least cost; null where fewer are matched than could be, or the least is not above 0. */
    shareOfOptimum: shareOf(own, best),
    unmatchedRiders: Array.from(matching.keys()).filter((rider) => matching[rider] === UNMATCHED),
    unmatchedDrivers: Array.from({ length: matrix.drivers }, (_, driver) => driver).filter(
      (driver) => !taken.has(driver),
    ),
  }
}

function shareOf(own: ReturnType<typeof totalOf>, best: ReturnType<typeof totalOf>): number | null {
  if (own.matched !== best.matched) return null
  if (own.cost === best.cost) return 1
  return best.cost > 0 ? own.cost / best.cost : null
}

function toText(method: string, { pairs, matched, total, optimum, shareOfOptimum, ...rest }: Report): string {
  const rows = pairs.map(({ rider, driver, cost }) => [String(rider), String(driver), cost.toFixed(1)])
  const least =
    matched < optimum.matched
      ? `${optimum.matched} could be matched, for ${optimum.total.toFixed(1)}`
      : shareOfOptimum === null
        ? `the least is ${optimum.total.toFixed(1)}`
        : `${percent(shareOfOptimum)} of the least that is possible`
  const left = [
    ...(rest.unmatchedRiders.length > 0 ? [`without a driver: ${rest.unmatchedRiders.join(', ')}`] : []),
    ...(rest.unmatchedDrivers.length > 0 ? [`without a rider: ${rest.unmatchedDrivers.join(', ')}`] : []),
  ]
  return [
    `${counted(rest.riders, 'rider')}, ${counted(rest.drivers, 'driver')}, matched by ${method}`,
    table([['rider', 'driver', 'cost'], ...rows], ['right', 'right', 'right']),
    [`${counted(matched, 'pair')}, ${total.toFixed(1)} in all: ${least}`, ...left].join('\n'),
  ].join('\n\n')
}
