import { MeshError } from '../../../protocol/errors.ts'
import { bid } from './bidding.ts'
import { type CostMatrix, inverse, type Matching, transpose, UNMATCHED } from './cost-matrix.ts'
import { limitOf } from './limit.ts'

/** The increment of the first phase as a part of the limit, and of each phase as a part of the one before. */
const FIRST = 1 / 4
const NEXT = 1 / 6

export interface AuctionOptions {
  /** Increment of the bids in the unit of the costs. Default: so little that nothing is lost by it. */
  epsilon?: number
}

/**
 * As many pairs as possible at the least cost, by D. P. Bertsekas' auction: those who are fewer bid for those who are
 * more ({@link bid}), and whoever is outbid bids again.
 *
 * The increment falls from phase to phase (epsilon scaling), and prices stay. Where nobody has to take all lots, that
 * alone would be wrong: a lot that was dear in an earlier phase and gets no bid in the last one would keep away
 * who should have it. So after each phase the lots that are left over bid for bidders by discounts, down to nothing
 * (D. P. Bertsekas, D. A. Castanon, "A forward/reverse auction algorithm for asymmetric assignment problems",
 * Computational Optimization and Applications 1 (1992) 277-297; with bidders that may go without, as in D. P. Bertsekas,
 * D. A. Castanon, H. Tsaknakis, "Reverse auction and the solution of inequality constrained assignment problems", SIAM
 * J. Optimization 3 (1993) 268-297).
 *
 * As many are matched as can be, and the cost is at most the number of pairs times epsilon above the least. With integer
 * costs and the default increment of 1 / (bidders + 1) it is the least.
 *
 * @throws MeshError `COST_INVALID` when the costs are so large that sums of them are not exact in double precision.
 *
 * @example auctionMatching(costMatrix([[400, 150], [400, 450]])) // Int32Array [1, 0]
 */
export function auctionMatching(matrix: CostMatrix, { epsilon = 0 }: AuctionOptions = {}): Matching {
  if (matrix.riders > matrix.drivers) {
    return inverse(auctionMatching(transpose(matrix), { epsilon }), matrix.riders)
  }
  const auction = new Auction(matrix, epsilon)
  const least = Math.max(1, Math.floor(epsilon * auction.scale))
  for (let increment = Math.abs(auction.limit) * FIRST; ; increment *= NEXT) {
    const step = Math.max(least, Math.floor(increment))
    auction.forward(step)
    auction.reverse(step)
    if (step === least) return auction.driverOf
  }
}

/** Riders are the bidders and drivers the lots; there are not more riders than drivers. */
class Auction {
  /** Costs are counted in parts of their unit, so that an increment of 1 is small enough. */
  readonly scale: number
  readonly limit: number
  readonly driverOf: Int32Array
  readonly #riderOf: Int32Array
  /** Costs by rider, and by driver. */
  readonly #rows: Float64Array[]
  readonly #columns: Float64Array[]
  /** A driver's price is what it gains; a rider's profit what it has left, negative. */
  readonly #prices: Float64Array
  readonly #profits: Float64Array
  /** Riders or drivers whose turn it is to bid. */
  readonly #queue: Int32Array

  constructor(matrix: CostMatrix, epsilon: number) {
    const { riders, drivers, costs } = matrix
    this.scale = riders + 1
    // Nobody goes without for what the increments may lose.
    this.limit = (limitOf(matrix) + riders * epsilon) * this.scale
    if (!(Math.abs(this.limit) < Number.MAX_SAFE_INTEGER / 4)) {
      throw new MeshError('COST_INVALID', 'The costs are too large to add them up exactly.', {
        field: 'cost',
        expected: `(largest - smallest cost) * pairs^2 below ${Number.MAX_SAFE_INTEGER / 4}`,
        received: Math.abs(this.limit),
        remedy: 'State them in a larger unit.',
      })
    }
    const scaled = costs.map((cost) => cost * this.scale)
    this.#rows = rowsOf({ riders, drivers, costs: scaled })
    this.#columns = rowsOf(transpose({ riders, drivers, costs: scaled }))
    this.#prices = new Float64Array(drivers)
    this.#profits = new Float64Array(riders)
    this.driverOf = new Int32Array(riders)
    this.#riderOf = new Int32Array(drivers)
    this.#queue = new Int32Array(drivers)
  }

  /** Begins a phase: riders bid until each has a driver, or had rather go without. */
  forward(epsilon: number): void {
    this.driverOf.fill(UNMATCHED)
    this.#riderOf.fill(UNMATCHED)
    let waiting = 0
    for (let rider = 0; rider < this.#rows.length; rider++) this.#queue[waiting++] = rider
    while (waiting > 0) {
      const rider = this.#queue[--waiting] as number
      const best = bid(this.#rows[rider] as Float64Array, this.#prices, this.limit, epsilon)
      this.#profits[rider] = best?.profit ?? -this.limit
      if (best === undefined) continue
      this.#prices[best.lot] = best.price
      const outbid = this.#riderOf[best.lot] as number
      this.#match(rider, best.lot)
      if (outbid === UNMATCHED) continue
      this.driverOf[outbid] = UNMATCHED
      this.#queue[waiting++] = outbid
    }
  }

  /** Ends a phase: drivers who are left over at a price bid for riders, until each has one or costs nothing. */
  reverse(epsilon: number): void {
    let waiting = 0
    const queueIfLeft = (driver: number) => {
      if (this.#riderOf[driver] === UNMATCHED && (this.#prices[driver] as number) > 0) {
        this.#queue[waiting++] = driver
      }
    }
    for (let driver = 0; driver < this.#columns.length; driver++) queueIfLeft(driver)
    while (waiting > 0) {
      const driver = this.#queue[--waiting] as number
      const best = bid(this.#columns[driver] as Float64Array, this.#profits, 0, epsilon)
      this.#prices[driver] = best?.profit ?? 0
      if (best === undefined) continue
      this.#profits[best.lot] = best.price
      const left = this.driverOf[best.lot] as number
      this.#match(best.lot, driver)
      if (left === UNMATCHED) continue
      this.#riderOf[left] = UNMATCHED
      queueIfLeft(left)
    }
  }

  #match(rider: number, driver: number): void {
    this.driverOf[rider] = driver
    this.#riderOf[driver] = rider
  }
}

function rowsOf({ riders, drivers, costs }: CostMatrix): Float64Array[] {
  return Array.from({ length: riders }, (_, rider) => costs.subarray(rider * drivers, (rider + 1) * drivers))
}
