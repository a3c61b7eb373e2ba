import { formatInstant } from '../../../community/instant.ts'
import { energy, percent } from '../../format.ts'
import type { Panel } from '../chart.ts'
import type { Report } from './report.ts'

/** Most columns of a chart, and most of them with a label. */
const MAX_COLUMNS = 168
const MAX_LABELS = 8
/** Lengths of a column that are tried, in seconds. */
const LENGTHS = [300, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400]

/** What happened in the time of a column. */
interface Column {
  start: number
  loadWh: number
  ownUseWh: number
  importWh: number
  tradedWh: number
  maxTradableWh: number
  /** Of trades, in the currency per kWh; undefined without any. */
  price: number | undefined
}

/** The price curve with the energy that was traded, and self-sufficiency below it. */
export function panelsOf(report: Report): Panel[] {
  const columns = columnsOf(report)
  const every = Math.ceil(columns.length / MAX_LABELS)
  const labels = columns.map(({ start }, index) =>
    index % every === 0 ? formatInstant(start).slice(5, 16).replace('T', ' ') : '',
  )
  const time = (start: number) => formatInstant(start).replace('T', ' ')
  const wh = (value: number) => `${energy(value)} Wh`
  const bars = (
    of: (column: Column) => number,
    colour: string,
    format: (value: number) => string,
  ): NonNullable<Panel['bars']>[number] => ({ values: columns.map(of), colour, format })
  return [
    {
      caption:
        'grey: energy that could be traded without batteries, blue: traded; orange: price per kWh, on average',
      labels,
      titles: columns.map(
        ({ start, tradedWh, maxTradableWh, price }) =>
          `${time(start)}: ${energy(tradedWh)} of ${wh(maxTradableWh)} traded${price === undefined ? '' : ` at ${price.toFixed(4)}`}`,
      ),
      bars: [
        bars(({ maxTradableWh }) => maxTradableWh, '#d0d7de', wh),
        bars(({ tradedWh }) => tradedWh, '#4f8fdc', wh),
      ],
      line: {
        values: columns.map(({ price }) => price),
        colour: '#e36209',
        format: (value) => value.toFixed(2),
      },
    },
    {
      caption: 'self-sufficiency; blue: in the community, grey: by own generation alone',
      labels,
      titles: columns.map(
        (column) =>
          `${time(column.start)}: ${percent(within(column))} in the community, ${percent(alone(column))} alone`,
      ),
      bars: [bars(within, '#4f8fdc', percent), bars(alone, '#d0d7de', percent)],
    },
  ]
}

function within({ loadWh, importWh }: Column): number {
  return loadWh === 0 ? 0 : Math.max(0, (loadWh - importWh) / loadWh)
}

function alone({ loadWh, ownUseWh }: Column): number {
  return loadWh === 0 ? 0 : ownUseWh / loadWh
}

function columnsOf({ simulation, kpis }: Report): Column[] {
  const starts = simulation.slots.map(({ start }) => start)
  const countAt = (length: number) => new Set(starts.map((start) => Math.floor(start / length))).size
  const days = Math.ceil(countAt(86_400) / MAX_COLUMNS)
  const length = LENGTHS.find((each) => countAt(each) <= MAX_COLUMNS) ?? 86_400 * days
  const slots = simulation.slots.map((slot, index) => ({ ...slot, energy: kpis.slots[index] }))
  return [...Map.groupBy(slots, ({ start }) => start - (start % length))].map(([start, group]) => {
    const sum = (of: (slot: (typeof slots)[number]) => number | undefined) =>
      group.reduce((all, slot) => all + (of(slot) ?? 0), 0)
    const tradedWh = sum((slot) => slot.tradedWh)
    const value = sum(({ price, tradedWh: wh }) => (Number(price ?? 0n) / 1e6) * wh)
    return {
      start,
      loadWh: sum((slot) => slot.energy?.loadWh),
      ownUseWh: sum((slot) => slot.energy?.ownUseWh),
      importWh: sum((slot) => slot.energy?.importWh),
      tradedWh,
      maxTradableWh: sum((slot) => slot.energy?.maxTradableWh),
      price: tradedWh === 0 ? undefined : value / tradedWh,
    }
  })
}
