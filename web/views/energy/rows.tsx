import { energy, money } from '../../format/amounts.ts'
import { Table } from '../../ui/table.tsx'
import { Status, Who } from '../../ui/who.tsx'

/** A wish or an order for a slot, and what came of it. */
export interface Row {
  key: string
  account: string
  side: 'buy' | 'sell'
  /** Wh. */
  wanted: bigint
  got: bigint | undefined
  /** Minor units per kWh; of the first step where there are several. */
  price: bigint
  status: string
}

/** The order book as a table. @param got what the amount that came of a row is called */
export function Rows({ rows, got }: { rows: readonly Row[]; got: string }) {
  return (
    <Table
      caption="Wishes and offers for the slot"
      keyOf={({ key }) => key}
      rows={rows.toSorted((a, b) => a.side.localeCompare(b.side) || Number(b.wanted - a.wanted))}
      columns={[
        { name: 'Home', cell: ({ account }) => <Who address={account} /> },
        { name: 'Side', cell: ({ side }) => <span class={`side ${side}`}>{side}s</span> },
        { name: 'Wanted', isNumber: true, cell: ({ wanted }) => energy(wanted) },
        { name: got, isNumber: true, cell: (row) => (row.got === undefined ? '–' : energy(row.got)) },
        { name: '$/kWh', isNumber: true, cell: ({ price }) => money(price, 3) },
        { name: 'Status', isMinor: true, cell: ({ status }) => <Status status={status} /> },
      ]}
    />
  )
}
