import type { TradeView } from '../../api/views.ts'
import { money } from '../../format/amounts.ts'
import { timeOfDay } from '../../format/times.ts'
import { tradedText } from '../../format/traded.ts'
import { Table } from '../../ui/table.tsx'
import { Hash, Who } from '../../ui/who.tsx'

/** Trades as one of their sides sees them. @param account the address of that side */
export function Trades({ trades, account }: { trades: readonly TradeView[]; account: string }) {
  const isSeller = ({ seller }: TradeView) => seller.toLowerCase() === account.toLowerCase()
  return (
    <Table
      caption="Its trades, the last first"
      rows={trades}
      keyOf={({ id }) => id}
      columns={[
        { name: 'Settled', cell: ({ settledAt }) => timeOfDay(settledAt) },
        {
          name: 'Side',
          cell: (trade) => (
            <span class={isSeller(trade) ? 'side sell' : 'side buy'}>
              {isSeller(trade) ? 'sold' : 'bought'}
            </span>
          ),
        },
        { name: 'With', cell: (trade) => <Who address={isSeller(trade) ? trade.buyer : trade.seller} /> },
        {
          name: 'Quantity',
          isNumber: true,
          isMinor: true,
          cell: ({ quantity, lot }) => tradedText(quantity, lot),
        },
        { name: 'Paid, $', isNumber: true, cell: ({ payment }) => money(payment) },
        {
          name: 'Agreement',
          isMinor: true,
          cell: ({ id }) => <Hash hex={id} href={`/agreements/${id}`} />,
        },
      ]}
    />
  )
}
