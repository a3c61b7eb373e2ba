import { useMemo } from 'preact/hooks'
import type { AlignedData } from 'uplot'
import type { TradeView } from '../../api/views.ts'
import { energy, money } from '../../format/amounts.ts'
import { ENERGY_LOT } from '../../format/traded.ts'
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

/** How many columns the time that is shown is divided into. */
const STRETCHES = 60

/** Average price and energy of trades over time. */
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

/** Sums of the trades of each of at most sixty stretches of time. */
function seriesOf(trades: readonly TradeView[]): AlignedData {
  const energyTrades = trades.filter(({ lot }) => lot === ENERGY_LOT)
  const times = energyTrades.map(({ settledAt }) => Date.parse(settledAt) / 1_000)
  const stretch = Math.max(1, Math.ceil((Math.max(...times) - Math.min(...times)) / STRETCHES))
  const found = Map.groupBy(energyTrades, (_, i) => Math.floor((times[i] ?? 0) / stretch) * stretch)
  const starts = [...found.keys()].sort((a, b) => a - b)
  const sums = starts.map((start) => {
    const within = found.get(start) ?? []
    const wh = within.reduce((sum, { quantity }) => sum + Number(quantity), 0)
    const paid = within.reduce((sum, { payment }) => sum + Number(payment), 0)
    return { wh, price: wh === 0 ? null : paid / wh / 1_000 }
  })
  return [starts, sums.map(({ wh }) => wh), sums.map(({ price }) => price)]
}
