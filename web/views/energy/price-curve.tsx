import { useMemo } from 'preact/hooks'
import type { AlignedData } from 'uplot'
import { energy } from '../../format/amounts.ts'
import { Chart, type ChartSeries } from '../../ui/chart.tsx'
import { Empty } from '../../ui/states.tsx'
import type { PricePoint, Tariff } from './model.ts'

const dollars = (price: number) => `${price.toFixed(3)} $`
const SERIES: readonly ChartSeries[] = [
  {
    ...{ name: 'Traded', colour: '--sun-soft', isColumns: true, scale: 'wh' },
    format: (wh) => energy(BigInt(Math.round(wh))),
  },
  { name: 'Price', colour: '--leaf', isStepped: true, format: dollars },
  { name: 'Grid takes', colour: '--alarm', isReference: true, format: dollars },
  { name: 'Grid gives', colour: '--sky', isReference: true, format: dollars },
]

/** The price among homes, between what the grid takes and what it gives. */
export function PriceCurve({ prices, tariff }: { prices: readonly PricePoint[]; tariff: Tariff }) {
  const data = useMemo(() => seriesOf(prices, tariff), [prices, tariff.retail, tariff.feedIn])
  const last = prices.at(-1)
  if (last === undefined)
    return <Empty>Nothing has been traded yet: the first trade draws the first point.</Empty>
  return (
    <Chart
      label={`Price of energy at ${prices.length} times, at last ${dollars(last.price / 1e6)} per kilowatt-hour; the grid takes ${dollars(Number(tariff.retail) / 1e6)} and gives ${dollars(Number(tariff.feedIn) / 1e6)}`}
      data={data}
      series={SERIES}
      height={250}
    />
  )
}

function seriesOf(prices: readonly PricePoint[], { retail, feedIn }: Tariff): AlignedData {
  const level = (price: bigint) => prices.map(() => Number(price) / 1e6)
  return [
    prices.map(({ time }) => time),
    prices.map(({ wh }) => Number(wh)),
    prices.map(({ price }) => price / 1e6),
    level(retail),
    level(feedIn),
  ]
}
