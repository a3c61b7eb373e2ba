import { energy, money } from '../../format/amounts.ts'
import { Table } from '../../ui/table.tsx'
import { Who } from '../../ui/who.tsx'
import type { HomeTotal } from './savings.ts'

/** What every home bought, sold and saved. */
export function Homes({ totals }: { totals: readonly HomeTotal[] }) {
  const most = Math.max(1, ...totals.map(({ saved }) => Math.abs(Number(saved))))
  return (
    <Table
      caption="What every home sold, bought and saved, who saved most first"
      keyOf={({ account }) => account}
      rows={totals}
      columns={[
        { name: 'Home', cell: ({ account }) => <Who address={account} /> },
        {
          name: 'Sold',
          isNumber: true,
          cell: ({ sold, earned }) => <Amount wh={sold} money={earned} verb="earned" />,
        },
        {
          name: 'Bought',
          isNumber: true,
          cell: ({ bought, paid }) => <Amount wh={bought} money={paid} verb="paid" />,
        },
        {
          name: 'Saved, $',
          isNumber: true,
          cell: ({ saved }) => (
            <span class={saved < 0n ? 'saved loss' : 'saved'}>
              {money(saved, 3)}
              <span
                class="length"
                aria-hidden="true"
                style={{ width: `${(100 * Math.abs(Number(saved))) / most}%` }}
              />
            </span>
          ),
        },
      ]}
    />
  )
}

function Amount({ wh, money: units, verb }: { wh: bigint; money: bigint; verb: string }) {
  if (wh === 0n) return <>–</>
  return (
    <>
      {energy(wh)}
      <span class="money">
        <span class="hidden">{verb} </span>
        {money(units, 3)} $
      </span>
    </>
  )
}
