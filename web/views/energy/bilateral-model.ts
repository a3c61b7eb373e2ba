import type { AgreementView, TradeView } from '../../api/views.ts'
import { ENERGY_LOT } from '../../format/traded.ts'
import type { EnergyModel, SlotSummary } from './model.ts'
import type { Delivery, Wish } from './wishes.ts'

type Trade = Pick<TradeView, 'settledAt' | 'buyer' | 'seller' | 'quantity' | 'lot' | 'payment' | 'received'>
type Agreed = Pick<AgreementView, 'id' | 'status' | 'intentHash' | 'quantity' | 'traded'>

/** What a home wished for a slot, and what came of it so far. */
export interface Sought<W extends Wish = Wish, A extends Agreed = Agreed> extends Delivery<W> {
  /** Agreements that it led to, those that were given up left out. */
  agreements: A[]
}

/** Agreements under which nothing will be delivered. */
const GIVEN_UP: readonly Agreed['status'][] = ['refunded', 'cancelled', 'revoked']

/** Deliveries with what came of them. A page that was opened late heard of the rest only: what is agreed was wished for, too. */
export function soughtIn<W extends Wish, A extends Agreed>(
  deliveries: Iterable<Delivery<W>>,
  agreements: readonly A[],
): Sought<W, A>[] {
  const byIntent = Map.groupBy(agreements, ({ intentHash }) => intentHash)
  return [...deliveries].map((delivery) => {
    const led = [...delivery.hashes].flatMap((hash) => byIntent.get(hash) ?? [])
    const kept = led.filter(({ status }) => !GIVEN_UP.includes(status))
    const agreed = agreedWh(kept)
    return { ...delivery, wished: agreed > delivery.wished ? agreed : delivery.wished, agreements: kept }
  })
}

/** Wh that are agreed: as delivered where that is known. */
export function agreedWh(agreements: readonly Agreed[]): bigint {
  return agreements.reduce((sum, { quantity, traded }) => sum + BigInt(traded ?? quantity ?? 0), 0n)
}

/** What homes made of a market in which they bargain with one another. */
export function bilateralModel(trades: readonly Trade[], sought: readonly Sought[]): EnergyModel {
  const energy = trades.filter(({ lot }) => lot === ENERGY_LOT)
  const positions = energy.flatMap(({ buyer, seller, quantity, payment, received }) => [
    { account: buyer, side: 'buy' as const, wh: BigInt(quantity), money: BigInt(payment) },
    { account: seller, side: 'sell' as const, wh: BigInt(quantity), money: BigInt(received) },
  ])
  const flows = energy.map(({ buyer, seller, quantity }) => ({ buyer, seller, wh: BigInt(quantity) }))
  return { positions, flows, slots: slotsOf(sought), prices: pricesOf(energy) }
}

function slotsOf(sought: readonly Sought[]): SlotSummary[] {
  const bySlot = Map.groupBy(sought, ({ wish }) => wish.start)
  return [...bySlot]
    .sort(([a], [b]) => Number(BigInt(b) - BigInt(a)))
    .map(([start, own]) => {
      const sumOf = (side: 'buy' | 'sell') =>
        own.reduce((sum, { wish, wished }) => sum + (wish.side === side ? wished : 0n), 0n)
      const offered = sumOf('sell')
      return {
        ...{ key: start, start, end: own[0]?.wish.end ?? start, status: undefined, wished: sumOf('buy') },
        offered: offered === 0n ? undefined : offered,
        traded: agreedWh(own.flatMap(({ agreements }) => agreements)),
      }
    })
}

/** The average price of each second in which trades were settled. */
function pricesOf(trades: readonly Trade[]) {
  const bySecond = Map.groupBy(trades, ({ settledAt }) => Date.parse(settledAt) / 1_000)
  return [...bySecond]
    .sort(([a], [b]) => a - b)
    .flatMap(([time, own]) => {
      const wh = own.reduce((sum, { quantity }) => sum + BigInt(quantity), 0n)
      const paid = own.reduce((sum, { payment }) => sum + Number(payment), 0)
      return wh === 0n ? [] : [{ time, wh, price: (paid * 1_000) / Number(wh) }]
    })
}
