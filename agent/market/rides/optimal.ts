import { type CostMatrix, inverse, type Matching, transpose, UNMATCHED } from './cost-matrix.ts'
import { limitOf } from './limit.ts'

/**
 * As many pairs as possible at the least cost that is possible.
 *
 * Shortest augmenting paths with potentials, one rider after the other, as D. F. Crouse, "On implementing 2D rectangular
 * assignment algorithms", IEEE Trans. Aerospace and Electronic Systems 52 (2016) 1679-1696, simplifies R. Jonker and
 * A. Volgenant, "A shortest augmenting path algorithm for dense and sparse linear assignment problems", Computing 38
 * (1987) 325-340. Beyond that, a path may end at a rider that is left without a driver, which costs
 * {@link limitOf} as much; so forbidden pairs may leave some unmatched. Time: cubic.
 *
 * @example optimalMatching(costMatrix([[400, 150], [400, 450]])) // Int32Array [1, 0]
 */
export function optimalMatching(matrix: CostMatrix): Matching {
  if (matrix.riders > matrix.drivers) return inverse(optimalMatching(transpose(matrix)), matrix.riders)
  return new Paths(matrix).matching()
}

class Paths {
  readonly #costs: Float64Array
  readonly #riders: number
  readonly #drivers: number
  readonly #limit: number
  readonly #driverOf: Int32Array
  readonly #riderOf: Int32Array
  /** Potentials: a pair costs at least the sum of its two, and just that when it is matched. */
  readonly #riderPotential: Float64Array
  readonly #driverPotential: Float64Array
  /** Of the search: the length of the shortest path to each driver, and the rider from whom it comes. */
  readonly #distance: Float64Array
  readonly #from: Int32Array
  /** Drivers that are reached for good, and then those that are not. */
  readonly #order: Int32Array

  constructor({ riders, drivers, costs }: CostMatrix) {
    this.#costs = costs
    this.#riders = riders
    this.#drivers = drivers
    this.#limit = limitOf({ riders, drivers, costs })
    this.#driverOf = new Int32Array(riders).fill(UNMATCHED)
    this.#riderOf = new Int32Array(drivers).fill(UNMATCHED)
    this.#riderPotential = new Float64Array(riders)
    this.#driverPotential = new Float64Array(drivers)
    this.#distance = new Float64Array(drivers)
    this.#from = new Int32Array(drivers)
    this.#order = Int32Array.from({ length: drivers }, (_, driver) => driver)
  }

  matching(): Matching {
    for (let rider = 0; rider < this.#riders; rider++) this.#add(rider)
    return this.#driverOf
  }

  /** Dijkstra's search from a rider to the nearest driver who is free, or rider who had better be left out. */
  #add(start: number): void {
    const distance = this.#distance.fill(Number.POSITIVE_INFINITY)
    const order = this.#order
    let reached = 0
    let length = 0
    let rider = start
    let leftOut = start
    let leftOutAt = Number.POSITIVE_INFINITY
    for (;;) {
      const base = length - (this.#riderPotential[rider] as number)
      if (base + this.#limit < leftOutAt) {
        leftOut = rider
        leftOutAt = base + this.#limit
      }
      const nearest = this.#relax(rider, base, reached)
      const driver = order[nearest] as number
      length = nearest === this.#drivers ? leftOutAt : (distance[driver] as number)
      if (leftOutAt <= length) {
        this.#update(start, leftOutAt, reached)
        this.#leaveOut(leftOut, start)
        return
      }
      rider = this.#riderOf[driver] as number
      if (rider === UNMATCHED) {
        this.#update(start, length, reached)
        this.#augment(driver, start)
        return
      }
      order[nearest] = order[reached] as number
      order[reached++] = driver
    }
  }

  /** Goes on from a rider; returns the place in the order of the nearest driver that is not reached yet. */
  #relax(rider: number, base: number, reached: number): number {
    const distance = this.#distance
    const potential = this.#driverPotential
    const order = this.#order
    const from = this.#from
    const riderOf = this.#riderOf
    const costs = this.#costs
    const drivers = this.#drivers
    const row = rider * drivers
    let nearest = drivers
    let least = Number.POSITIVE_INFINITY
    for (let place = reached; place < drivers; place++) {
      const driver = order[place] as number
      const length = base + (costs[row + driver] as number) - (potential[driver] as number)
      let shortest = distance[driver] as number
      if (length < shortest) {
        shortest = length
        distance[driver] = length
        from[driver] = rider
      }
      // Of drivers that are equally near one who is free ends the search.
      if (shortest < least || (shortest === least && riderOf[driver] === UNMATCHED)) {
        least = shortest
        nearest = place
      }
    }
    return least === Number.POSITIVE_INFINITY ? this.#drivers : nearest
  }

  #update(start: number, length: number, reached: number): void {
    this.#riderPotential[start] = (this.#riderPotential[start] as number) + length
    for (let place = 0; place < reached; place++) {
      const driver = this.#order[place] as number
      const rider = this.#riderOf[driver] as number
      const slack = length - (this.#distance[driver] as number)
      this.#riderPotential[rider] = (this.#riderPotential[rider] as number) + slack
      this.#driverPotential[driver] = (this.#driverPotential[driver] as number) - slack
    }
  }

  #leaveOut(rider: number, start: number): void {
    if (rider === start) return
    const driver = this.#driverOf[rider] as number
    this.#driverOf[rider] = UNMATCHED
    this.#augment(driver, start)
  }

  /** Gives each rider on the path to a driver the next driver on it. */
  #augment(end: number, start: number): void {
    let driver = end
    for (;;) {
      const rider = this.#from[driver] as number
      const before = this.#driverOf[rider] as number
      this.#driverOf[rider] = driver
      this.#riderOf[driver] = rider
      if (rider === start) return
      driver = before
    }
  }
}
