import { dayBefore, worthOfStored } from './inventory.ts'
import { limitOf, netOf, orderOf, type SlotPlan, type SlotView } from './strategy.ts'
import { truthful } from './truthful.ts'

/** Share of the last day's slots in which energy fetched no more than it is expected to fetch again. */
const QUANTILE = 0.75

/**
 * Buys when energy is cheap and sells when it is dear: from neighbours, from the grid, and to both.
 *
 * What stored energy will fetch is the upper quartile of what energy fetched in the slots of the last day, the price of
 * trades, or what the grid gave. It charges below that price less what storing loses, and discharges above it; in between
 * the battery serves its home. Without a battery it is {@link truthful}.
 */
export function arbitrage(view: SlotView): SlotPlan {
  const { battery, tariff, retailPrice, feedInPrice } = view
  if (battery === undefined) return truthful(view)
  const { takesWh, givesWh } = battery
  const fetches = expectedPrice(view)
  const worth = worthOfStored(view, fetches)
  const gridWh = retailPrice < worth ? takesWh : feedInPrice > fetches ? -givesWh : 0
  const net = netOf(view)
  if (net > 0) {
    const ownWh = Math.min(net, givesWh)
    return {
      gridWh,
      order: orderOf('buy', [
        { price: limitOf('buy', view), wh: net - ownWh },
        { price: least(fetches, retailPrice) - tariff, wh: ownWh },
        { price: least(worth, retailPrice) - tariff, wh: takesWh },
      ]),
    }
  }
  const keptWh = Math.min(-net, takesWh)
  return {
    gridWh,
    order: orderOf('sell', [
      { price: limitOf('sell', view), wh: -net - keptWh },
      { price: most(worth, feedInPrice) + tariff, wh: keptWh },
      { price: most(fetches, feedInPrice) + tariff, wh: givesWh },
    ]),
  }
}

function expectedPrice({ past, start, retailPrice, feedInPrice }: SlotView): bigint {
  const prices = dayBefore(past, start).map((slot) => slot.price ?? slot.feedInPrice)
  prices.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return prices[Math.floor(QUANTILE * (prices.length - 1))] ?? (retailPrice + feedInPrice) >> 1n
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

function most(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
