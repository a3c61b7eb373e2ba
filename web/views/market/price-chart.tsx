import { useMemo } from 'preact/hooks'
import type { AlignedData } from 'uplot'
import type { TradeView } from '../../api/views.ts'
import { energy, money } from '../../format/amounts.ts'
import { Chart, type ChartSeries } from '../../ui/chart.tsx'

const SERIES: readonly ChartSeries[] = [
  {
    name: 'Traded',
    colour: '--sun-soft',
    isColumns: true,
    scale: 'wh',
    format: (wh) => energy(BigInt(Math.round(wh))),
  },
  { name: 'Average price', colour: '--leaf', isStepped: true, format: (price) => `${price.toFixed(3)} $` },
]

/** Average price and energy of the trades of each block's second. */
export function PriceChart({ trades }: { trades: readonly TradeView[] }) {
  const data = useMemo(() => seriesOf(trades), [trades])
  const prices = data[2] ?? []
  const last = prices.at(-1) ?? 0
  return (
    <Chart
      label={`Average price of ${trades.length} trades, at last ${money(String(Math.round((last ?? 0) * 1e6)))} dollars a kilowatt-hour`}
      data={data}
      series={SERIES}
      height={260}
    />
  )
}

function seriesOf(trades: readonly TradeView[]): AlignedData {
  const bySecond = Map.groupBy(
    trades.filter(({ lot }) => lot === '1000'),
    ({ settledAt }) => Date.parse(settledAt) / 1_000,
  )
  const seconds = [...bySecond.keys()].sort((a, b) => a - b)
  const sums = seconds.map((second) => {
    const found = bySecond.get(second) ?? []
    const wh = found.reduce((sum, { quantity }) => sum + Number(quantity), 0)
    const paid = found.reduce((sum, { payment }) => sum + Number(payment), 0)
    return { wh, price: wh === 0 ? null : paid / wh / 1_000 }
  })
  return [seconds, sums.map(({ wh }) => wh), sums.map(({ price }) => price)]
}
