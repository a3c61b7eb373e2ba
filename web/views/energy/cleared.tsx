import { useMemo } from 'preact/hooks'
import { usePages } from '../../api/use-pages.ts'
import { type QueryOptions, useQuery } from '../../api/use-query.ts'
import type { EnergyMarketView, EnergyOrderView, EnergyPriceView, EnergySlotView } from '../../api/views.ts'
import { count } from '../../format/amounts.ts'
import { Known } from '../../ui/states.tsx'
import { Book } from './book.tsx'
import { clearedModel, ofWholeSlots } from './cleared-model.ts'
import { Community } from './community.tsx'
import { type Row, Rows } from './rows.tsx'

const MAX_ORDERS = 1_000
const LIVE: QueryOptions = { refreshOn: ['slot'], polls: true }
const NOTES = {
  price: 'One price for all who traded in a slot, beside what the grid takes and gives',
  flows: 'All sell to the clearing house and buy from it; height is energy',
  weather: 'What was offered and wished for in each slot, at any price, and what met',
  book: 'Bids from the highest down, asks from the lowest up; where they cross, a slot is cleared',
}

/** A community whose slots a clearing house clears. */
export function Cleared({ market }: { market: EnergyMarketView }) {
  const query = `market=${market.market}`
  const slots = useQuery<EnergySlotView[]>(`/v1/energy/slots?${query}&limit=200`, LIVE)
  const prices = useQuery<EnergyPriceView[]>(`/v1/energy/prices?${query}&limit=200`, LIVE)
  const orders = usePages<EnergyOrderView>(`/v1/energy/orders?${query}`, {
    ...LIVE,
    max: MAX_ORDERS,
    keyOf: ({ slot, place }) => `${slot} ${place}`,
    isFinal: ({ filled, settledAt }) => settledAt !== null || filled === '0',
  })
  const isCut = (orders.answer?.data.length ?? 0) >= MAX_ORDERS
  const model = useMemo(() => {
    const found = orders.answer?.data ?? []
    return clearedModel(
      isCut ? ofWholeSlots(found) : found,
      slots.answer?.data ?? [],
      prices.answer?.data ?? [],
    )
  }, [orders.answer, slots.answer, prices.answer])
  const bySlot = new Map(slots.answer?.data.map((slot) => [slot.slot, slot]))
  return (
    <Known query={orders} what="orders">
      {() => (
        <Community
          model={model}
          tariff={{ retail: BigInt(market.retailPrice), feedIn: BigInt(market.excessPrice) }}
          basis={isCut ? `of the last ${count(MAX_ORDERS)} orders` : 'all slots so far'}
          notes={NOTES}
          bookOf={({ key }) => <SlotBook market={market.market} slot={key} outcome={bySlot.get(key)} />}
        />
      )}
    </Known>
  )
}

function SlotBook(props: { market: string; slot: string; outcome: EnergySlotView | undefined }) {
  const orders = useQuery<EnergyOrderView[]>(
    `/v1/energy/slots/${props.market}/${props.slot}/orders?limit=200`,
    LIVE,
  )
  const { price, traded } = props.outcome ?? { price: null, traded: null }
  return (
    <Known query={orders} what="the order book" empty="Nobody has ordered for this slot.">
      {(rows) => {
        const stepsOf = (side: 'buy' | 'sell') =>
          rows
            .filter((order) => order.side === side && order.voided !== true)
            .flatMap(({ steps }) =>
              steps.map(({ price, quantity }) => ({ price: Number(price), wh: Number(quantity) })),
            )
        return (
          <div class="beside">
            <Book
              bids={stepsOf('buy')}
              asks={stepsOf('sell')}
              deals={[]}
              cleared={
                price === null || traded === '0' ? undefined : { price: Number(price), wh: Number(traded) }
              }
            />
            <Rows rows={rows.map(rowOf)} got="Filled" />
          </div>
        )
      }}
    </Known>
  )
}

function rowOf({ account, side, steps, filled, voided, settledAt, place }: EnergyOrderView): Row {
  const status = voided ? 'voided' : settledAt !== null ? 'settled' : filled === null ? 'open' : 'cleared'
  return {
    ...{ key: String(place), account, side, status },
    wanted: steps.reduce((sum, { quantity }) => sum + BigInt(quantity), 0n),
    got: filled === null ? undefined : BigInt(filled),
    price: BigInt(steps[0]?.price ?? 0),
  }
}
