import { MeshError } from '../../../protocol/errors.ts'
import { MAX_TOTAL } from './equilibrium.ts'

/** Name of an order or of an actor. */
export type Id = string | number

/** A wish to buy up to so much at this price or less, or to sell up to so much at this price or more. */
export interface Order {
  /** Differs from that of every other order of its side. */
  id: Id
  actor: Id
  /** Minor units per kWh; may be negative. */
  price: bigint
  /** Wh, at least 1. */
  quantity: bigint
}

/** Both sides of a market for one slot. */
export interface OrderBook {
  bids: readonly Order[]
  offers: readonly Order[]
}

/** Largest price, in either direction; with a grid fee as large on top of it sums and middles are exact. */
export const MAX_PRICE = 2n ** 51n
const PRICE_BOUND = Number(MAX_PRICE)

/**
 * Throws unless a book can be cleared.
 *
 * @throws MeshError `ORDER_INVALID` when an id stands twice on a side, a price is beyond {@link MAX_PRICE}, a quantity is
 *   below 1, or a side's quantities sum to 2^53 or more.
 */
export function checkBook({ bids, offers }: OrderBook): void {
  for (const [side, orders] of Object.entries({ bids, offers })) {
    const ids = new Set<Id>()
    let total = 0
    for (const [index, { id, price, quantity }] of orders.entries()) {
      const refuse = (field: string, expected: string, received: unknown) =>
        invalid(`${side}[${index}].${field}`, `${expected} (order ${id})`, received)
      if (ids.has(id)) throw refuse('id', 'an id that no other order of its side has', id)
      // Within the bounds a double is exact, and beyond them it is never rounded back into them.
      if (Math.abs(Number(price)) > PRICE_BOUND) throw refuse('price', '-2^51 to 2^51', price)
      if (Number(quantity) < 1) throw refuse('quantity', 'at least 1', quantity)
      ids.add(id)
      total += Number(quantity)
      if (total > MAX_TOTAL) throw refuse('quantity', `at most ${MAX_TOTAL} with all before it`, total)
    }
  }
}

/**
 * The best first: highest bids, lowest offers. Orders at the same price go by their ids, numbers before text, so that
 * nothing depends on the sequence in which they came.
 */
export function ranked({ bids, offers }: OrderBook): { bids: Order[]; offers: Order[] } {
  return { bids: sorted(bids, -1), offers: sorted(offers, 1) }
}

/** Prices are compared as numbers, which takes a fraction of the time that integers of any size do. */
function sorted(orders: readonly Order[], direction: 1 | -1): Order[] {
  const keys = Float64Array.from(orders, ({ price }) => direction * Number(price))
  const tied = (i: number, j: number) => compareIds((orders[i] as Order).id, (orders[j] as Order).id)
  const places = Uint32Array.from(orders, (_, index) => index)
  places.sort((i, j) => (keys[i] as number) - (keys[j] as number) || tied(i, j))
  return Array.from(places, (place) => orders[place] as Order)
}

/** Numbers before text, each in their own order. */
export function compareIds(a: Id, b: Id): number {
  if (typeof a === typeof b) return compare(a, b)
  return typeof a === 'number' ? -1 : 1
}

export function compare<T extends bigint | Id>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0
}

export function invalid(
  field: string,
  expected: string,
  received: unknown,
  remedy = 'Change it, or leave the order out.',
): MeshError {
  return new MeshError('ORDER_INVALID', 'A book cannot be cleared.', {
    field,
    expected,
    received,
    remedy,
  })
}
