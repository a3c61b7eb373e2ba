import { orderOf, type SlotPlan, type SlotView } from './strategy.ts'
import { truthful } from './truthful.ts'

/**
 * Orders by what may be rather than by one number: each Wh at what it is worth times how likely it is needed. What a buyer
 * does not use it has bought for nothing, so a Wh that it needs with probability p is worth p times the retail price to it; a
 * seller makes good at the retail price what it does not have, so a Wh that it has with probability p costs it the feed-in
 * price with p and the retail price else. A home buys when it expects to lack energy on average, and sells else.
 *
 * Where it knows what will be, or has a battery that makes up for it, it is {@link truthful}.
 *
 * Source: Bathurst, Weatherill and Strbac, "Trading wind generation in short term energy markets" (IEEE Transactions on Power
 * Systems 17, 2002): the newsvendor's critical ratio, here at each price a market may have.
 */
export function hedged(view: SlotView): SlotPlan {
  const { lackWh = [], retailPrice, feedInPrice, tariff, battery } = view
  if (lackWh.length === 0 || battery !== undefined) return truthful(view)
  const count = BigInt(lackWh.length)
  const isBuyer = lackWh.reduce((sum, wh) => sum + wh, 0) > 0
  const amounts = (isBuyer ? lackWh : lackWh.map((wh) => -wh)).map((wh) => Math.max(0, wh))
  amounts.sort((a, b) => a - b)
  const steps = amounts.map((wh, index) => {
    const [missed, met] = [BigInt(index), count - BigInt(index)]
    const price = isBuyer
      ? (retailPrice * met) / count - tariff
      : (feedInPrice * met + retailPrice * missed) / count + tariff
    return { price, wh: wh - (amounts[index - 1] ?? 0) }
  })
  return { order: orderOf(isBuyer ? 'buy' : 'sell', steps) }
}
