import type { Order, OrderBook } from './book.ts'

/** How much of an order is filled. */
export interface Fill {
  order: Order
  /** Wh. */
  quantity: bigint
}

/** So much from one offer to one bid. */
export interface Match {
  bid: Order
  offer: Order
  /** Wh, at least 1. */
  quantity: bigint
}

/** A match with its price. */
export interface Trade extends Match {
  /** Minor units per kWh that the buyer pays. */
  buyerPrice: bigint
  /** Minor units per kWh that the seller gets. */
  sellerPrice: bigint
}

/** Prices in minor units per kWh that hold for all who trade. */
export interface Prices {
  buyer: bigint
  seller: bigint
}

/** What a mechanism makes of a book. */
export interface Cleared {
  trades: Trade[]
  /** Undefined when nothing trades, or each trade has a price of its own. */
  price: Prices | undefined
}

/** A rule by which a book is cleared, and what can be relied on with it. */
export interface Mechanism {
  /**
   * Whether nobody with a single order gains by naming a price that is not its true one. Quantities are taken as known:
   * who holds back part of its own can move a price under every rule here.
   */
  readonly strategyProof: boolean
  /**
   * Whether buyers pay exactly what sellers get (`strong`), or may pay more (`weak`), besides grid fees. None needs
   * money from outside.
   */
  readonly budgetBalance: 'strong' | 'weak'
  /** Whether no other trades have a larger gain in all. */
  readonly efficient: boolean
  /** Ways to price, the default first; empty where there is one. */
  readonly priceRules: readonly string[]
  /** @param priceRule one of {@link priceRules} */
  clear(book: OrderBook, priceRule: string | undefined): Cleared
}

/**
 * Joins buyers and sellers in their sequences, each taking from the next until one side has no more.
 *
 * @example pair([{ order: bid, quantity: 5n }], [{ order: offer, quantity: 3n }]) // one match, of 3 Wh
 */
export function pair(bids: readonly Fill[], offers: readonly Fill[]): Match[] {
  const matches: Match[] = []
  let [buying, selling] = [0, 0]
  let [needed, left] = [bids[0]?.quantity ?? 0n, offers[0]?.quantity ?? 0n]
  for (;;) {
    const [bid, offer] = [bids[buying], offers[selling]]
    if (bid === undefined || offer === undefined) return matches
    const quantity = needed < left ? needed : left
    if (quantity > 0n) matches.push({ bid: bid.order, offer: offer.order, quantity })
    needed -= quantity
    left -= quantity
    if (needed === 0n) needed = bids[++buying]?.quantity ?? 0n
    if (left === 0n) left = offers[++selling]?.quantity ?? 0n
  }
}

/** Prices all matches alike. */
export function atOnePrice(matches: readonly Match[], price: Prices): Cleared {
  return {
    trades: matches.map((match) => ({ ...match, buyerPrice: price.buyer, sellerPrice: price.seller })),
    price: matches.length === 0 ? undefined : price,
  }
}

/** Middle of two prices, rounded down. */
export function middle(a: bigint, b: bigint): bigint {
  return (a + b) >> 1n
}
