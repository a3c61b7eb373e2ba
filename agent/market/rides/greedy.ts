import { type CostMatrix, type Matching, UNMATCHED } from './cost-matrix.ts'

/**
 * Riders in the order in which they came, each with the cheapest driver who is free; of equals the first.
 *
 * @example greedyByArrival(costMatrix([[1, 2], [1, 5]])) // Int32Array [0, 1]
 */
export function greedyByArrival({ riders, drivers, costs }: CostMatrix): Matching {
  const matching = new Int32Array(riders).fill(UNMATCHED)
  const taken = new Uint8Array(drivers)
  for (let rider = 0; rider < riders; rider++) {
    let best = UNMATCHED
    let least = Number.POSITIVE_INFINITY
    for (let driver = 0; driver < drivers; driver++) {
      const cost = costs[rider * drivers + driver] as number
      if (taken[driver] || cost >= least) continue
      best = driver
      least = cost
    }
    if (best === UNMATCHED) continue
    matching[rider] = best
    taken[best] = 1
  }
  return matching
}

/**
 * The cheapest pair, then the cheapest pair of those who are left, and so on; of equals that of the first rider, and
 * then of the first driver.
 *
 * @example greedyByCost(costMatrix([[1, 2], [0, 5]])) // Int32Array [1, 0]
 */
export function greedyByCost({ riders, drivers, costs }: CostMatrix): Matching {
  const matching = new Int32Array(riders).fill(UNMATCHED)
  const taken = new Uint8Array(drivers)
  const pairs = Array.from(costs.keys())
    .filter((pair) => costs[pair] !== Number.POSITIVE_INFINITY)
    .sort((a, b) => (costs[a] as number) - (costs[b] as number) || a - b)
  for (const pair of pairs) {
    const rider = Math.floor(pair / drivers)
    const driver = pair % drivers
    if (matching[rider] !== UNMATCHED || taken[driver]) continue
    matching[rider] = driver
    taken[driver] = 1
  }
  return matching
}
