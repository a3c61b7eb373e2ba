/** What a bidder would pay for one of the lots. Unit: that of its costs. */
export interface LotBid {
  lot: number
  /** The lot's new price, if nobody bids more. */
  price: number
  /** What the bidder has left then: its cost and this price, negative. */
  profit: number
}

/**
 * The bid of somebody who wants one lot: for the one at which cost and price together are least, as much as makes it
 * no better than the second choice, and `epsilon` more, but never beyond the limit.
 *
 * The bidding phase of D. P. Bertsekas' auction, with the first-price increment of "The auction algorithm: a
 * distributed relaxation method for the assignment problem", Annals of Operations Research 14 (1988) 105-123.
 * The limit stands for a lot that nobody else can have: to go without.
 *
 * @param costs what each lot costs this bidder beside its price; `Infinity` for one that it cannot have
 * @param prices of all lots, the last that the bidder has heard of
 * @param limit what cost and price may come to at most
 * @param epsilon least increment, above 0
 * @returns undefined when the bidder had rather go without: no lot has cost and price below the limit by an increment
 *
 * @example bid([10, 30], [0, 0], 100, 1) // { lot: 0, price: 21, profit: -31 }
 */
export function bid(
  costs: ArrayLike<number>,
  prices: ArrayLike<number>,
  limit: number,
  epsilon: number,
): LotBid | undefined {
  let lot = 0
  let least = Number.POSITIVE_INFINITY
  let second = limit
  for (let index = 0; index < costs.length; index++) {
    const value = (costs[index] as number) + (prices[index] as number)
    if (value >= second) continue
    if (value < least) {
      second = Math.min(least, limit)
      least = value
      lot = index
    } else {
      second = value
    }
  }
  if (least > limit - epsilon) return undefined
  const spent = Math.min(second + epsilon, limit)
  return { lot, price: (prices[lot] as number) + spent - least, profit: -spent }
}

/**
 * The bid to which a lot is awarded: the highest, of equals the first, if it raises the price by an increment. A bidder
 * that knew an old price may bid too little; it is told the new one, and bids again.
 *
 * @param price of the lot until now
 * @param bids those for this lot, in the order in which they came
 * @returns index of the bid, undefined when none is high enough
 *
 * @example award(20, [{ price: 21 }, { price: 25 }], 1) // 1
 */
export function award(
  price: number,
  bids: readonly Pick<LotBid, 'price'>[],
  epsilon: number,
): number | undefined {
  let best: number | undefined
  let highest = price + epsilon
  for (const [index, { price: offered }] of bids.entries()) {
    if (best === undefined ? offered < highest : offered <= highest) continue
    best = index
    highest = offered
  }
  return best
}
