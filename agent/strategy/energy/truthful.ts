import { limitOf, netOf, orderOf, type SlotPlan, type SlotView } from './strategy.ts'

/**
 * Orders all that the home's own battery leaves, at what it is worth: the retail price for what it lacks, the feed-in price
 * for what it has left. Where everybody does so, all that can be traded is.
 */
export function truthful(view: SlotView): SlotPlan {
  const net = netOf(view)
  const side = net > 0 ? 'buy' : 'sell'
  const { takesWh = 0, givesWh = 0 } = view.battery ?? {}
  const wh = net > 0 ? net - givesWh : -net - takesWh
  return { order: orderOf(side, [{ price: limitOf(side, view), wh }]) }
}
