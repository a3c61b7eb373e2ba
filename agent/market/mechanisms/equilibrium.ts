import { MeshError } from '../../../protocol/errors.ts'

/** The orders of one side, by their index, in integers that a double holds exactly. */
export interface OrderColumns {
  /** Minor units per kWh, at most 2^52 in either direction. */
  prices: Float64Array
  /** Wh, at least 1 each, and below 2^53 in all. */
  quantities: Float64Array
}

/** What {@link findEquilibrium} finds. */
export interface Equilibrium {
  /** Minor units per kWh, for everybody; undefined when nothing trades. */
  price: number | undefined
  /** Wh that changes hands. */
  quantity: number
  /** Wh that each bid buys and each offer sells. */
  bought: Float64Array
  sold: Float64Array
}

/** Wh of one side below, at and above a price. */
interface Split {
  below: number
  at: number
  above: number
}

/** Bound of prices in either direction: the difference of any two is exact. */
const PRICE_BOUND = 2 ** 52
/** Most Wh of one side. */
export const MAX_TOTAL = Number.MAX_SAFE_INTEGER

/**
 * Clears a book at one price by the rule of `clearSlot` and of the contract, to the unit, at millions of orders a second.
 *
 * Excess demand never rises with the price, so the least price at which there is none is found by bisection: each step
 * looks once at the orders whose side of that price is still open, and with prices that are spread leaves half of them for
 * the next. There are at most 53 steps, and nothing is sorted: time is linear in the number of orders.
 *
 * Orders at exactly the price share what is left for their side pro rata, cut at rounded-down marks in their sequence
 * here, so another sequence moves at most one Wh to or from each of them.
 *
 * @throws MeshError `ORDER_INVALID` when a number is no integer or out of its bounds.
 *
 * @example
 * ```ts
 * const side = (prices: number[], quantities: number[]) =>
 *   ({ prices: Float64Array.from(prices), quantities: Float64Array.from(quantities) })
 * findEquilibrium(side([30], [1000]), side([10], [1000])).price // 20
 * ```
 */
export function findEquilibrium(bids: OrderColumns, offers: OrderColumns): Equilibrium {
  checkSide('bids', bids)
  checkSide('offers', offers)
  const low = lowestPrice(bids, offers)
  const demand = split(bids, low)
  const supply = split(offers, low)
  const quantity = Math.min(demand.at + demand.above, supply.below + supply.at)
  if (quantity === 0) {
    const [bought, sold] = [new Float64Array(bids.prices.length), new Float64Array(offers.prices.length)]
    return { price: undefined, quantity, bought, sold }
  }
  // Where demand above it equals supply up to it, all prices up to the next that is named are of equilibrium, too.
  const isRange = demand.above === supply.below + supply.at
  const high = isRange ? Math.min(nextPrice(bids, low), nextPrice(offers, low)) : low
  const price = low + Math.floor((high - low) / 2)
  return {
    price,
    quantity,
    bought: fill(bids, price, true, quantity - demand.above, demand.at),
    sold: fill(offers, price, false, quantity - supply.below, supply.at),
  }
}

/** The least price at which demand above it is at most the supply at or below it. */
function lowestPrice(bids: OrderColumns, offers: OrderColumns): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { prices } of [bids, offers]) {
    for (let i = 0; i < prices.length; i++) {
      const price = prices[i] as number
      if (price < low) low = price
      if (price > high) high = price
    }
  }
  // At `low` there is excess demand, at `high` there is none; only orders between the two are open.
  low -= 1
  const openBids = between(bids, low, high)
  const openOffers = between(offers, low, high)
  let demand = split(bids, high).at
  let supply = 0
  while (openBids.prices.length + openOffers.prices.length > 0) {
    const price = low + Math.floor((high - low) / 2)
    const buying = split(openBids, price)
    const selling = split(openOffers, price)
    if (demand + buying.above > supply + selling.below + selling.at) {
      supply += selling.below + selling.at
      low = price
    } else {
      demand += buying.at + buying.above
      high = price
    }
    keep(openBids, low, high)
    keep(openOffers, low, high)
  }
  return high
}

function split({ prices, quantities }: OrderColumns, price: number): Split {
  let [below, at, above] = [0, 0, 0]
  for (let i = 0; i < prices.length; i++) {
    const each = prices[i] as number
    const quantity = quantities[i] as number
    if (each > price) above += quantity
    else if (each < price) below += quantity
    else at += quantity
  }
  return { below, at, above }
}

/** A copy of the orders between two prices, without both. */
function between({ prices, quantities }: OrderColumns, low: number, high: number): OrderColumns {
  const copy = { prices: prices.slice(), quantities: quantities.slice() }
  keep(copy, low, high)
  return copy
}

/** Removes all orders but those between two prices. */
function keep(side: OrderColumns, low: number, high: number): void {
  const { prices, quantities } = side
  let kept = 0
  for (let i = 0; i < prices.length; i++) {
    const price = prices[i] as number
    if (price <= low || price >= high) continue
    prices[kept] = price
    quantities[kept] = quantities[i] as number
    kept += 1
  }
  side.prices = prices.subarray(0, kept)
  side.quantities = quantities.subarray(0, kept)
}

/** The least price above another that an order names. */
function nextPrice({ prices }: OrderColumns, price: number): number {
  let next = Number.POSITIVE_INFINITY
  for (let i = 0; i < prices.length; i++) {
    const each = prices[i] as number
    if (each > price && each < next) next = each
  }
  return next
}

/** All of what is better than the price, and of what is at it a share of `rest`. */
function fill(
  side: OrderColumns,
  price: number,
  isBuying: boolean,
  rest: number,
  margin: number,
): Float64Array {
  const { prices, quantities } = side
  const filled = new Float64Array(prices.length)
  let passed = 0
  let mark = 0
  for (let i = 0; i < prices.length; i++) {
    const each = prices[i] as number
    const quantity = quantities[i] as number
    if (each === price) {
      passed += quantity
      const next = scaled(passed, rest, margin)
      filled[i] = next - mark
      mark = next
    } else if (each > price === isBuying) filled[i] = quantity
  }
  return filled
}

/** passed * rest / margin, rounded down, where rest <= margin. */
function scaled(passed: number, rest: number, margin: number): number {
  const product = passed * rest
  // A quotient of integers below 2^53 is never rounded up to the next integer.
  if (product <= Number.MAX_SAFE_INTEGER) return Math.floor(product / margin)
  return rest === margin ? passed : Number((BigInt(passed) * BigInt(rest)) / BigInt(margin))
}

function checkSide(name: string, { prices, quantities }: OrderColumns): void {
  const refuse = (field: string, expected: string, received: unknown) =>
    new MeshError('ORDER_INVALID', 'A book cannot be cleared.', {
      field: `${name}.${field}`,
      expected,
      received,
      remedy: 'Change it, or leave the order out.',
    })
  if (prices.length !== quantities.length) throw refuse('quantities', `${prices.length}`, quantities.length)
  let total = 0
  for (let i = 0; i < prices.length; i++) {
    const price = prices[i] as number
    const quantity = quantities[i] as number
    if (!(Number.isInteger(price) && Math.abs(price) <= PRICE_BOUND)) {
      throw refuse(`prices[${i}]`, 'an integer from -2^52 to 2^52', price)
    }
    if (!(Number.isInteger(quantity) && quantity >= 1)) {
      throw refuse(`quantities[${i}]`, 'an integer of at least 1', quantity)
    }
    total += quantity
    if (total > MAX_TOTAL) {
      throw refuse(`quantities[${i}]`, `at most ${MAX_TOTAL} with all before it`, total)
    }
  }
}
