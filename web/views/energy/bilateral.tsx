import { useMemo } from 'preact/hooks'
import { usePages } from '../../api/use-pages.ts'
import type { AgreementView, IntentView, TradeView } from '../../api/views.ts'
import { count } from '../../format/amounts.ts'
import { ENERGY_LOT } from '../../format/traded.ts'
import { Known } from '../../ui/states.tsx'
import { agreedWh, bilateralModel, type Sought, soughtIn } from './bilateral-model.ts'
import { Book } from './book.tsx'
import { Community } from './community.tsx'
import { useAssumedTariff } from './grid-tariff.tsx'
import { useHeardWishes } from './heard-wishes.ts'
import { type Row, Rows } from './rows.tsx'

/** Most trades that are added up, and most agreements that wishes are held against. */
const MAX_TRADES = 1_000
const NOTES = {
  price: 'Average of the trades that were settled together, beside what the grid takes and gives',
  flows: 'Height is energy; each ribbon runs from who sold to who bought',
  weather: 'What buyers wish for in each slot, and how much of it is agreed; sellers answer them in private',
  book: 'Bids are opening prices: homes bargain from there, one with another',
}
const ENDED: readonly AgreementView['status'][] = ['settled', 'refunded', 'cancelled', 'resolved', 'revoked']

/** A community whose homes bargain with one another. */
export function Bilateral() {
  const trades = usePages<TradeView>('/v1/trades', {
    max: MAX_TRADES,
    keyOf: ({ id }) => id,
    isFinal: () => true,
    refreshOn: ['agreement'],
  })
  const agreements = usePages<AgreementView>('/v1/agreements', {
    max: MAX_TRADES,
    keyOf: ({ id }) => id,
    isFinal: ({ status }) => ENDED.includes(status),
    refreshOn: ['agreement'],
  })
  const wishes = useHeardWishes()
  const [tariff, assume] = useAssumedTariff()
  const sought = useMemo(
    () => soughtIn(wishes.answer?.data ?? [], agreements.answer?.data ?? []),
    [wishes.answer, agreements.answer],
  )
  const model = useMemo(() => bilateralModel(trades.answer?.data ?? [], sought), [trades.answer, sought])
  return (
    <Known query={trades} what="trades">
      {({ length }) => (
        <Community
          model={model}
          tariff={tariff}
          assume={assume}
          basis={length < MAX_TRADES ? 'all trades so far' : `the last ${count(length)} trades`}
          notes={NOTES}
          bookOf={({ key }) => (
            <Known query={wishes} what="wishes">
              {() => <SlotBook sought={sought.filter(({ wish }) => wish.start === key)} />}
            </Known>
          )}
        />
      )}
    </Known>
  )
}

function SlotBook({ sought }: { sought: readonly Sought<IntentView, AgreementView>[] }) {
  const stepsOf = (side: 'buy' | 'sell') =>
    sought
      .filter(({ wish }) => wish.side === side)

      .map(({ wish, wished }) => ({ price: Number(wish.price), wh: Number(wished) }))
  const deals = sought.flatMap(({ agreements }) =>
    agreements
      .filter(({ lot }) => lot === ENERGY_LOT)
      .map(({ price, quantity, traded }) => ({ price: Number(price), wh: Number(traded ?? quantity) })),
  )
  return (
    <div class="beside">
      <Book bids={stepsOf('buy')} asks={stepsOf('sell')} deals={deals} cleared={undefined} />
      <Rows rows={sought.map(rowOf)} got="Agreed" />
    </div>
  )
}

function rowOf({ wish, wished, agreements }: Sought<IntentView, AgreementView>): Row {
  const got = agreedWh(agreements)
  const isSettled = agreements.length > 0 && agreements.every(({ status }) => status === 'settled')
  const paid = agreements.reduce((sum, { payment }) => sum + BigInt(payment ?? 0), 0n)
  return {
    ...{ key: wish.hash, account: wish.agent, side: wish.side, wanted: wished, got },
    price: got === 0n ? BigInt(wish.price) : (paid * 1_000n) / got,
    status: isSettled ? 'settled' : agreements.length > 0 ? 'agreed' : 'open',
  }
}
