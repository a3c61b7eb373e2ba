import { MAX_STEPS, type PriceStep, type SlotOrder, worstCost } from '../../agent/index.ts'

/** A slot to be cleared. */
export interface Book {
  orders: SlotOrder[]
  balances: bigint[]
  rules: { minPrice: bigint; maxPrice: bigint; retailPrice: bigint }
  /** Where the search for the price begins; any price at all. */
  hint: bigint
}

/** Uniform numbers from 0 up to, and without, the bound. */
export type Random = (bound: number) => number

const MAX_PRICE = 2n ** 63n - 1n
/** So that eight of them stay within the largest capacity. */
const MAX_QUANTITY = 2n ** 61n - 1n
const MAX_TARIFF = 2n ** 48n - 1n
const PLENTY = 2n ** 128n - 1n

/**
 * A generator of uniform numbers, the same for the same seed.
 *
 * Source: sfc32 of PractRand, https://pracrand.sourceforge.net/
 */
export function randomFrom(seed: number): Random {
  let [a, b, c, counter] = [seed | 0, 0x9e3779b9 | 0, Math.floor(seed / 2 ** 32) | 0, 1]
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return sum >>> 0
  }
  for (let i = 0; i < 12; i++) next()
  return (bound) => Math.floor((next() / 2 ** 32) * bound)
}

/**
 * Draws a slot. Most are small with few prices, so that ties, full margins and equal sums are common; some have one
 * side only, numbers at the edge of their fields, prices around and below zero, accounts that can just or just not
 * pay, or more than 256 orders.
 */
export function randomBook(random: Random): Book {
  const width = pick(random, [0n, 2n, 2n, 5n, 5n, 20n, 1000n, 2n ** 32n, MAX_PRICE * 2n])
  const floor =
    width > MAX_PRICE ? -MAX_PRICE - 1n : pick(random, [-1n, 0n, 5n, 1000n, 200_000n]) - width / 2n
  const rules = {
    minPrice: floor,
    maxPrice: floor + width,
    retailPrice: pick(random, [0n, 3n, 20n, 300_000n, 2n ** 64n - 1n]),
  }
  const most = pick(random, [1n, 3n, 10n, 1000n, 10_000n, MAX_QUANTITY])
  const tariff = pick(random, [0n, 0n, 0n, 1n, 20_000n, MAX_TARIFF])
  const oneSided = random(12)
  const count = random(2000) === 0 ? 250 + random(20) : 1 + random(pick(random, [3, 6, 12]))
  const orders = Array.from({ length: count }, (_, index): SlotOrder => {
    const side = oneSided === 0 ? 'buy' : oneSided === 1 ? 'sell' : random(2) === 0 ? 'buy' : 'sell'
    const steps = randomSteps(random, rules, most, side === 'buy')
    return { account: `0x${(index + 1).toString(16).padStart(40, '0')}`, side, tariff, steps }
  })
  const voids = random(2) === 0
  const balances = orders.map((order) => (voids ? randomBalance(random, worstCost(order, rules)) : PLENTY))
  return { orders, balances, rules, hint: randomHint(random, rules, orders) }
}

function randomSteps(
  random: Random,
  { minPrice, maxPrice }: Book['rules'],
  most: bigint,
  falling: boolean,
): PriceStep[] {
  const count = 1 + random(pick(random, [1, 3, MAX_STEPS]))
  const span = maxPrice - minPrice + 1n
  const prices = new Set(Array.from({ length: count }, () => minPrice + below(random, span)))
  const sorted = [...prices].sort((a, b) => (a < b ? -1 : 1))
  return (falling ? sorted.reverse() : sorted).map((price) => ({ price, quantity: 1n + below(random, most) }))
}

/** Around a price that is named, anywhere within the market's bounds, or far beyond them. */
function randomHint(
  random: Random,
  { minPrice, maxPrice }: Book['rules'],
  orders: readonly SlotOrder[],
): bigint {
  const steps = orders.flatMap((order) => order.steps)
  const named = steps[random(steps.length)]?.price ?? minPrice
  const near = named + BigInt(random(3) - 1)
  const hint = pick(random, [near, near, near, minPrice + below(random, maxPrice - minPrice + 1n), MAX_PRICE])
  return hint > MAX_PRICE || hint < -MAX_PRICE ? named : hint
}

/** Around what the order may cost at worst. */
function randomBalance(random: Random, worst: bigint): bigint {
  const balance = pick(random, [PLENTY, PLENTY, PLENTY, worst, worst, worst - 1n, 0n])
  return balance < 0n ? 0n : balance
}

/** From 0 up to, and without, the bound; its ends come up more often than chance has it. */
function below(random: Random, bound: bigint): bigint {
  const edge = random(16)
  if (edge === 0) return bound - 1n
  if (edge === 1) return 0n
  if (bound <= 0xffff_ffffn) return BigInt(random(Number(bound)))
  return ((BigInt(random(2 ** 32)) << 32n) | BigInt(random(2 ** 32))) % bound
}

function pick<T>(random: Random, [first, ...others]: readonly [T, ...T[]]): T {
  return others[random(others.length + 1) - 1] ?? first
}
