import { MeshError } from '../../../protocol/errors.ts'
import { allocate } from './allocation.ts'
import { checkBook, MAX_PRICE, type OrderBook } from './book.ts'
import { gsy } from './gsy.ts'
import { huang } from './huang.ts'
import { mcafee } from './mcafee.ts'
import { payAsBid } from './pay-as-bid.ts'
import { payAsClear } from './pay-as-clear.ts'
import type { Cleared, Match, Mechanism, Prices, Trade } from './trade.ts'
import { uniform } from './uniform.ts'

/** All mechanisms by their names. */
export const mechanisms = {
  uniform,
  'pay-as-bid': payAsBid,
  'pay-as-clear': payAsClear,
  mcafee,
  huang,
  gsy,
} satisfies Record<string, Mechanism>

/** Name of a mechanism. */
export type MechanismName = keyof typeof mechanisms

export interface ClearOptions {
  /** By default `uniform`. */
  mechanism?: MechanismName
  /** One of the mechanism's; by default its first. */
  priceRule?: string | undefined
  /** Minor units per kWh that the grid takes of every trade; the buyer pays it as a part of its price. By default 0. */
  gridFee?: bigint
}

/** What came of a book. Amounts are prices times Wh, so thousandths of a minor unit: nothing is rounded. */
export interface ClearedBook {
  trades: Trade[]
  /** Wh that changes hands. */
  quantity: bigint
  /** Minor units per kWh; undefined when nothing trades, or each trade has a price of its own. */
  price: Prices | undefined
  /** What the buyers pay: what the sellers receive, the grid's fees, and what is left over. */
  paid: bigint
  received: bigint
  fees: bigint
  leftOver: bigint
  /** What the trades gain in all, over the limits of both sides, whoever gets it. */
  welfare: bigint
  /** The most that any trades could gain, with no grid fee. */
  optimum: bigint
  /** Welfare as a share of the optimum; 1 where nothing can be gained. */
  share: number
}

/**
 * Clears a book by a mechanism. The result depends on nothing but the arguments, and not on the sequence of the orders
 * (except with `gsy`).
 *
 * @throws MeshError `ORDER_INVALID` when the book cannot be cleared, `PRICE_RULE_UNKNOWN` when the mechanism has no such
 *   rule, `GRID_FEE_INVALID` unless the fee is from 0 to 2^51.
 *
 * @example
 * ```ts
 * const bids = [{ id: 1, actor: 'home', price: 30n, quantity: 1000n }]
 * const offers = [{ id: 2, actor: 'roof', price: 10n, quantity: 2000n }]
 * clearBook({ bids, offers }, { mechanism: 'uniform' }).price // { buyer: 10n, seller: 10n }: supply is left over
 * ```
 */
export function clearBook(
  book: OrderBook,
  { mechanism = 'uniform', priceRule, gridFee = 0n }: ClearOptions = {},
): ClearedBook {
  const chosen: Mechanism = mechanisms[mechanism]
  checkPriceRule(mechanism, priceRule)
  checkBook(book)
  checkFee(gridFee)
  const { trades, price } =
    gridFee === 0n
      ? chosen.clear(book, priceRule)
      : lessFee(chosen.clear(plusFee(book, gridFee), priceRule), gridFee)
  const quantity = sum(trades, () => 1n)
  const [paid, received] = [
    sum(trades, (trade) => trade.buyerPrice),
    sum(trades, (trade) => trade.sellerPrice),
  ]
  const fees = gridFee * quantity
  const welfare = gain(trades)
  const isBest = chosen.efficient && gridFee === 0n
  const optimum = isBest ? welfare : gain(allocate(book)?.matches ?? [])
  return {
    trades,
    quantity,
    price,
    paid,
    received,
    fees,
    leftOver: paid - received - fees,
    welfare,
    optimum,
    share: optimum === 0n ? 1 : Number(welfare) / Number(optimum),
  }
}

/**
 * Throws unless a mechanism has a price rule, or none is given.
 *
 * @param field what the caller calls it
 * @throws MeshError `PRICE_RULE_UNKNOWN`, with those that there are
 */
export function checkPriceRule(
  mechanism: MechanismName,
  priceRule: string | undefined,
  field = 'priceRule',
): void {
  const { priceRules }: Mechanism = mechanisms[mechanism]
  if (priceRule === undefined || priceRules.includes(priceRule)) return
  throw new MeshError('PRICE_RULE_UNKNOWN', `The mechanism ${mechanism} has no such price rule.`, {
    field,
    expected: priceRules.length === 0 ? 'none: it has one way to price' : `one of: ${priceRules.join(', ')}`,
    received: priceRule,
    remedy: 'Leave it out for the default, or choose another mechanism.',
  })
}

function checkFee(fee: bigint): void {
  if (fee >= 0n && fee <= MAX_PRICE) return
  throw new MeshError('GRID_FEE_INVALID', 'A grid fee cannot be taken.', {
    field: 'gridFee',
    expected: '0 to 2^51',
    received: fee,
    remedy: 'Give the fee in minor units per kWh.',
  })
}

/** To whoever buys, an offer costs the fee more. */
function plusFee({ bids, offers }: OrderBook, fee: bigint): OrderBook {
  return { bids, offers: offers.map((offer) => ({ ...offer, price: offer.price + fee })) }
}

function lessFee({ trades, price }: Cleared, fee: bigint): Cleared {
  return {
    trades: trades.map(({ offer, sellerPrice, ...trade }) => ({
      ...trade,
      offer: { ...offer, price: offer.price - fee },
      sellerPrice: sellerPrice - fee,
    })),
    price: price && { buyer: price.buyer, seller: price.seller - fee },
  }
}

function gain(matches: readonly Match[]): bigint {
  return sum(matches, ({ bid, offer }) => bid.price - offer.price)
}

function sum<T extends Match>(matches: readonly T[], price: (match: T) => bigint): bigint {
  return matches.reduce((all, match) => all + price(match) * match.quantity, 0n)
}
