import type { EnergyOrderView, EnergyPriceView, EnergySlotView } from '../../api/views.ts'
import { type EnergyModel, HOUSE } from './model.ts'

/**
 * Orders without those of the earliest slot, of which a list that was cut off may have a part only.
 *
 * @param orders the last accepted first
 */
export function ofWholeSlots<T extends Pick<EnergyOrderView, 'slot'>>(orders: readonly T[]): T[] {
  const cut = orders.at(-1)?.slot
  return orders.filter(({ slot }) => slot !== cut)
}

type Order = Pick<
  EnergyOrderView,
  'account' | 'side' | 'filled' | 'amount' | 'reserved' | 'credited' | 'settledAt'
>

/**
 * What homes made of a market that a clearing house clears slot by slot.
 *
 * @param slots the latest first, as the API has them
 * @param prices the latest first
 */
export function clearedModel(
  orders: readonly Order[],
  slots: readonly Pick<
    EnergySlotView,
    'slot' | 'start' | 'end' | 'status' | 'demand' | 'supply' | 'traded'
  >[],
  prices: readonly Pick<EnergyPriceView, 'start' | 'price' | 'traded'>[],
): EnergyModel {
  const filled = orders.filter(({ filled }) => filled !== null && filled !== '0')
  const positions = filled.map((order) => ({
    account: order.account,
    side: order.side,
    wh: BigInt(order.filled ?? 0),
    money: moneyOf(order),
  }))
  return {
    positions,
    flows: positions.map(({ account, side, wh }) =>
      side === 'sell' ? { seller: account, buyer: HOUSE, wh } : { seller: HOUSE, buyer: account, wh },
    ),
    slots: slots
      .map(({ slot, start, end, status, demand, supply, traded }) => ({
        ...{ key: slot, start, end, status, wished: BigInt(demand), offered: BigInt(supply) },
        traded: BigInt(traded ?? 0),
      }))
      .sort((a, b) => Number(BigInt(b.start) - BigInt(a.start))),
    // What nobody bought has no price, whatever the rule says of two curves that do not cross.
    prices: prices
      .filter(({ traded }) => traded !== '0')
      .map(({ start, price, traded }) => ({ time: Number(start), price: Number(price), wh: BigInt(traded) }))
      .sort((a, b) => a.time - b.time),
  }
}

/**
 * What a buyer paid; what a seller earned, with the reserve that its meter gives back: as it was credited, or in full while
 * its meter has not answered.
 */
function moneyOf({ side, amount, reserved, credited, settledAt }: Order): bigint {
  const cleared = BigInt(amount ?? 0)
  if (side === 'buy') return -cleared
  return cleared + BigInt((settledAt === null ? reserved : credited) ?? 0)
}
