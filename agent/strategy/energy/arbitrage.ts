import { dayBefore, expectedNeed, worthOfStored } from './inventory.ts'
import { limitOf, netOf, orderOf, type SlotPlan, type SlotView } from './strategy.ts'
import { truthful } from './truthful.ts'

/** Share of the last day's slots in which energy fetched no more than it is expected to fetch again. */
const QUANTILE = 0.75

/**
 * Buys when energy is cheap and sells when it is dear: from neighbours, from the grid, and to both.
 *
 * What its home will need until its roof has something left again, as the day before, is worth what the grid will take for
 * it, the median of the last day; what the battery holds beyond, what it will fetch: the upper quartile of what
 * energy fetched in the slots of the last day, the price of trades, or what the grid gave. It charges below that worth less
 * what storing loses, and discharges above it; in between the battery serves its home. Without a battery it is
 * {@link truthful}.
 */
export function arbitrage(view: SlotView): SlotPlan {
  const { battery, tariff, retailPrice, feedInPrice } = view
  if (battery === undefined) return truthful(view)
  const { takesWh, givesWh, storedWh, efficiency } = battery
  const needWh = expectedNeed(view)
  const spareWh = Math.min(givesWh, Math.max(0, storedWh - needWh))
  const missingWh = Math.min(takesWh, Math.max(0, Math.ceil(((needWh - storedWh) * 100) / efficiency)))
  const fetches = expectedPrice(view)
  const saves = most(fetches, expectedCost(view))
  // Of a Wh that is charged now, beyond the need and within it.
  const [worth, ownWorth] = [worthOfStored(view, fetches), worthOfStored(view, saves)]
  const drawnWh = retailPrice < worth ? takesWh : retailPrice < ownWorth ? missingWh : 0
  const fedWh = feedInPrice > saves ? givesWh : feedInPrice > fetches ? spareWh : 0
  const gridWh = drawnWh > 0 ? drawnWh : fedWh > 0 ? -fedWh : 0
  const net = netOf(view)
  if (net > 0) {
    const ownWh = Math.min(net, givesWh)
    const spareOwn = Math.min(ownWh, spareWh)
    return {
      gridWh,
      order: orderOf('buy', [
        { price: limitOf('buy', view), wh: net - ownWh },
        { price: least(ownWorth, retailPrice) - tariff, wh: ownWh - spareOwn + missingWh },
        { price: least(fetches, retailPrice) - tariff, wh: spareOwn },
        { price: least(worth, retailPrice) - tariff, wh: takesWh - missingWh },
      ]),
    }
  }
  const keptWh = Math.min(-net, takesWh)
  const ownKeptWh = Math.min(keptWh, missingWh)
  return {
    gridWh,
    order: orderOf('sell', [
      { price: limitOf('sell', view), wh: -net - keptWh },
      { price: most(worth, feedInPrice) + tariff, wh: keptWh - ownKeptWh },
      { price: most(ownWorth, feedInPrice) + tariff, wh: ownKeptWh },
      { price: most(fetches, feedInPrice) + tariff, wh: spareWh },
      { price: most(saves, feedInPrice) + tariff, wh: givesWh - spareWh },
    ]),
  }
}

/** What a kWh will fetch. */
function expectedPrice({ past, start, retailPrice, feedInPrice }: SlotView): bigint {
  const prices = dayBefore(past, start).map((slot) => slot.price ?? slot.feedInPrice)
  return quantile(prices, QUANTILE) ?? (retailPrice + feedInPrice) >> 1n
}

/** What the grid will take for a kWh. */
function expectedCost({ past, start, retailPrice }: SlotView): bigint {
  const prices = dayBefore(past, start).map((slot) => slot.retailPrice)
  return quantile(prices, 0.5) ?? retailPrice
}

function quantile(values: readonly bigint[], share: number): bigint | undefined {
  const sorted = values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return sorted[Math.floor(share * (sorted.length - 1))]
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

function most(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
