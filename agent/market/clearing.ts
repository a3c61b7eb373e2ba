import type { PriceStep, SlotOrder } from '../../protocol/types.ts'
import { roundDown } from './round-down.ts'

/** Wh of one lot, which a price is for. */
export const LOT = 1000n

/** What of a market decides a clearing. Prices are minor units per kWh. */
export interface ClearingRules {
  minPrice: bigint
  maxPrice: bigint
  /** What a seller pays for energy that it sold and did not export. */
  retailPrice: bigint
}

/** What comes of a slot's orders. All lists are in the sequence of the orders. */
export interface Clearing {
  /** Minor units per kWh, for everybody. */
  price: bigint
  /** Wh that changes hands. */
  quantity: bigint
  /** Wh that each order bought, or, below zero, sold. */
  fills: bigint[]
  /** Minor units that each account is credited, a seller less its reserve; below zero when it pays. */
  deltas: bigint[]
  /** Minor units that stay with the clearing house until the sellers' meters have answered. */
  reserves: bigint
  /** Minor units for the fee account: tariffs, and what rounding leaves. */
  fees: bigint
  /** Whether each order was void: its account cannot cover what it may cost. */
  voided: boolean[]
}

/**
 * Clears a slot at one price, exactly as the clearing house does on chain.
 *
 * A price is one of equilibrium when everything strictly better can be filled: demand above it is at most the supply at or
 * below it, and supply below it at most the demand at or above it. The price is the middle, rounded down, of the
 * interval that these are; the most that can trade does; and the steps at exactly the price share what is left for
 * their side pro rata, cut at rounded-down marks in the sequence of the orders. Orders that their accounts cannot
 * cover are left out first. Each account's amount is rounded down once, and `deltas`, `reserves` and `fees` sum to zero.
 *
 * @param orders in the sequence in which they were accepted; every step within the market's prices
 * @param balances what each order's account has in the ledger, in minor units
 *
 * @example
 * ```ts
 * const account = '0x00000000000000000000000000000000000000aa'
 * const orders: SlotOrder[] = [
 *   { account, side: 'buy', tariff: 0n, steps: [{ price: 30n, quantity: 1000n }] },
 *   { account, side: 'sell', tariff: 0n, steps: [{ price: 10n, quantity: 2000n }] },
 * ]
 * clearSlot(orders, [100n, 100n], { minPrice: 0n, maxPrice: 50n, retailPrice: 40n }).price // 10n: supply is left over
 * ```
 */
export function clearSlot(
  orders: readonly SlotOrder[],
  balances: readonly bigint[],
  rules: ClearingRules,
): Clearing {
  const voided = orders.map((order, index) => worstCost(order, rules) > (balances[index] ?? 0n))
  const live = orders.filter((_, index) => !voided[index])
  const price = clearingPrice(live, rules)
  const quantity = tradedAt(live, price)
  const share = {
    buy: marginShare(live, 'buy', price, quantity),
    sell: marginShare(live, 'sell', price, quantity),
  }
  const filled = orders.map((order, index) =>
    voided[index] ? 0n : sum(order.steps, (step) => isBetter(order, step, price)) + share[order.side](order),
  )
  const fills = orders.map(({ side }, index) => (side === 'buy' ? 1n : -1n) * (filled[index] ?? 0n))
  const deltas = orders.map((order, index) => delta(order, filled[index] ?? 0n, price, rules))
  const reserves = orders.reduce(
    (all, { side }, index) =>
      all + (side === 'sell' ? reserveOf(filled[index] ?? 0n, rules.retailPrice) : 0n),
    0n,
  )
  const fees = deltas.reduce((rest, each) => rest - each, -reserves)
  return { price, quantity, fills, deltas, reserves, fees, voided }
}

/**
 * The most that an order may cost its account, in minor units, at any price that it accepts: a buyer pays the price,
 * a seller's reserve is held at the retail price, less what it earns. Both pay the tariff.
 */
export function worstCost(
  { side, tariff, steps }: SlotOrder,
  { retailPrice }: Pick<ClearingRules, 'retailPrice'>,
): bigint {
  let worst = 0n
  let quantity = 0n
  for (const step of steps) {
    quantity += step.quantity
    const each = side === 'buy' ? step.price + tariff : retailPrice + tariff - step.price
    const cost = -perLot(-each * quantity)
    if (cost > worst) worst = cost
  }
  return worst
}

/** Minor units that are held of a seller until its meter has answered. */
export function reserveOf(soldWh: bigint, retailPrice: bigint): bigint {
  return perLot(soldWh * retailPrice)
}

/** The middle, rounded down, of the prices at which orders are in equilibrium, within the market's bounds. */
function clearingPrice(
  orders: readonly SlotOrder[],
  { minPrice, maxPrice }: Pick<ClearingRules, 'minPrice' | 'maxPrice'>,
): bigint {
  const named = orders.flatMap(({ steps }) => steps.map(({ price }) => price))
  const candidates = [minPrice, ...named, maxPrice].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  // Excess demand never rises with the price, and changes only at prices that a step names.
  const low = candidates[leading(candidates, (price) => excessDemand(orders, price) > 0n)] ?? maxPrice
  const high =
    candidates[leading(candidates, (price) => excessDemand(orders, price - 1n) >= 0n) - 1] ?? minPrice
  return (low + high) >> 1n
}

/** How many of the first candidates pass a test that none passes any more once one has failed. */
function leading(candidates: readonly bigint[], passes: (price: bigint) => boolean): number {
  let [from, to] = [0, candidates.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (passes(candidates[middle] ?? 0n)) from = middle + 1
    else to = middle
  }
  return from
}

/** What buyers take at more than the price, less what sellers give at it or for less. */
function excessDemand(orders: readonly SlotOrder[], price: bigint): bigint {
  let excess = 0n
  for (const { side, steps } of orders) {
    if (side === 'buy') excess += sum(steps, (step) => step.price > price)
    else excess -= sum(steps, (step) => step.price <= price)
  }
  return excess
}

/** The most that can trade at a price. */
function tradedAt(orders: readonly SlotOrder[], price: bigint): bigint {
  let demand = 0n
  let supply = 0n
  for (const { side, steps } of orders) {
    if (side === 'buy') demand += sum(steps, (step) => step.price >= price)
    else supply += sum(steps, (step) => step.price <= price)
  }
  return demand < supply ? demand : supply
}

/** What of its marginal quantity each order of one side gets; to be asked once for each, in their sequence. */
function marginShare(
  orders: readonly SlotOrder[],
  side: SlotOrder['side'],
  price: bigint,
  quantity: bigint,
): (order: SlotOrder) => bigint {
  const own = orders.filter((order) => order.side === side)
  const better = own.reduce(
    (all, order) => all + sum(order.steps, (step) => isBetter(order, step, price)),
    0n,
  )
  const margin = own.reduce((all, order) => all + marginalQuantity(order, price), 0n)
  let passed = 0n
  return (order) => {
    if (margin === 0n) return 0n
    const before = (passed * (quantity - better)) / margin
    passed += marginalQuantity(order, price)
    return (passed * (quantity - better)) / margin - before
  }
}

function marginalQuantity({ steps }: SlotOrder, price: bigint): bigint {
  return sum(steps, (step) => step.price === price)
}

function isBetter({ side }: SlotOrder, step: PriceStep, price: bigint): boolean {
  return side === 'buy' ? step.price > price : step.price < price
}

/** Minor units that the account is credited. */
function delta({ side, tariff }: SlotOrder, filled: bigint, price: bigint, rules: ClearingRules): bigint {
  const each = side === 'buy' ? -price - tariff : price - tariff - rules.retailPrice
  return perLot(each * filled)
}

function sum(steps: readonly PriceStep[], counts: (step: PriceStep) => boolean): bigint {
  return steps.reduce((all, step) => (counts(step) ? all + step.quantity : all), 0n)
}

/** Price times Wh in minor units, rounded down, towards negative infinity. */
function perLot(amount: bigint): bigint {
  return roundDown(amount, LOT)
}
