import { limitOf, netOf, orderOf, type PastSlot, type SlotPlan, type SlotView } from './strategy.ts'
import { truthful } from './truthful.ts'

const DAY = 86_400

/**
 * Keeps in its battery what it expects to need until its roof has something left again, and trades the rest.
 *
 * The forecast is that every slot will be as it was the day before (persistence). Stored energy within the forecast is
 * worth the retail price less what storing loses, energy beyond it the feed-in price. Without a battery it is
 * {@link truthful}.
 */
export function inventory(view: SlotView): SlotPlan {
  const { battery } = view
  if (battery === undefined) return truthful(view)
  const { takesWh, givesWh, storedWh, efficiency } = battery
  const net = netOf(view)
  const needWh = expectedNeed(view)
  const missingWh = Math.max(0, Math.ceil(((needWh - storedWh) * 100) / efficiency))
  const spareWh = Math.max(0, storedWh - needWh)
  const worth = worthOfStored(view, view.retailPrice)
  if (net > 0) {
    const ownWh = Math.min(net, givesWh)
    const spareOwn = Math.min(ownWh, spareWh)
    return {
      order: orderOf('buy', [
        { price: limitOf('buy', view), wh: net - ownWh },
        // Bought rather than taken from the battery only where that is as cheap as it will be filled again.
        { price: worth - view.tariff, wh: ownWh - spareOwn + Math.min(missingWh, takesWh) },
        { price: view.feedInPrice - view.tariff, wh: spareOwn },
      ]),
    }
  }
  const limit = limitOf('sell', view)
  const keptWh = Math.min(-net, takesWh, missingWh)
  const keptPrice = worth + view.tariff
  return {
    order: orderOf('sell', [
      { price: limit, wh: -net - keptWh + Math.min(givesWh, spareWh) },
      { price: keptPrice > limit ? keptPrice : limit, wh: keptWh },
    ]),
  }
}

/** What a Wh that is stored now will be worth later, when a kWh is worth so much, after what storing loses. */
export function worthOfStored({ battery }: SlotView, price: bigint): bigint {
  return price > 0n ? (price * BigInt(battery?.efficiency ?? 100)) / 100n : price
}

/** Wh that the home lacked, the day before, from this time of the day until it had some left, within a day. */
export function expectedNeed({ start, past }: SlotView): number {
  let need = 0
  for (const { meter } of dayBefore(past, start)) {
    const lack = meter.loadWh - meter.pvWh
    if (lack < 0 && need > 0) return need
    need += Math.max(0, lack)
  }
  return need
}

/** The slots of the last day before an instant, the earliest first. */
export function dayBefore(past: readonly PastSlot[], start: number): readonly PastSlot[] {
  let first = past.length
  while (first > 0 && (past[first - 1]?.start ?? 0) > start - DAY) first--
  return past.slice(first)
}
