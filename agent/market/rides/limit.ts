import type { CostMatrix } from './cost-matrix.ts'

/**
 * What it may cost at most to match one rider more: above the cost of any way to do so, in which every pair may change.
 * Whoever would rather pay this than have nobody is left out only where more cannot be matched, so least cost
 * with this limit is least cost among the matchings that match as many as possible.
 */
export function limitOf({ riders, drivers, costs }: CostMatrix): number {
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (const cost of costs) {
    if (cost === Number.POSITIVE_INFINITY) continue
    if (cost < least) least = cost
    if (cost > most) most = cost
  }
  return most < least ? 0 : most + Math.min(riders, drivers) * (most - least) + 1
}
