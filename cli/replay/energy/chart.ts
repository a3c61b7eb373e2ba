import { formatInstant } from '../../../community/instant.ts'
import { counted, energy, percent } from '../../format.ts'
import type { Panel } from '../chart.ts'
import type { ReportFile } from '../report-file.ts'
import { factsOf, type Report, tableOf, titleOf } from './report.ts'

const BLUE = '#4f8fdc'
const GREY = '#d0d7de'

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

/** A report as a file: chart, figures and homes. */
export function fileOf(report: Report): ReportFile {
  return {
    title: titleOf(report),
    panels: panelsOf(report),
    facts: factsOf(report),
    table: tableOf(report),
  }
}

/** The price curve with the energy that was traded, and self-sufficiency below it. */
function panelsOf(report: Report): Panel[] {
  const { columns, length } = columnsOf(report)
  const every = Math.ceil(columns.length / MAX_LABELS)
  const labels = columns.map(({ start }, index) =>
    index % every === 0 ? formatInstant(start).slice(5, 16).replace('T', ' ') : '',
  )
  const time = (start: number) => formatInstant(start).replace('T', ' ')
  const series = (name: string, of: (column: Column) => number, colour: string) => ({
    ...{ name, colour },
    values: columns.map(of),
  })
  const bar = barOf(report, length)
  return [
    {
      caption: `energy, ${bar}`,
      labels,
      titles: columns.map(
        ({ start, tradedWh, maxTradableWh, price }) =>
          `${time(start)}: ${energy(tradedWh)} of ${energy(maxTradableWh)} Wh traded${price === undefined ? '' : ` at ${price.toFixed(4)}`}`,
      ),
      bars: {
        unit: 'Wh',
        format: energy,
        series: [
          series('could be traded without batteries', ({ maxTradableWh }) => maxTradableWh, GREY),
          series('traded', ({ tradedWh }) => tradedWh, BLUE),
        ],
      },
      line: {
        name: 'price, on average',
        unit: 'per kWh',
        values: columns.map(({ price }) => price),
        colour: '#e36209',
        format: (value) => value.toFixed(3),
      },
    },
    {
      caption: `self-sufficiency, ${bar}`,
      labels,
      titles: columns.map(
        (column) =>
          `${time(column.start)}: ${percent(within(column))} in the community, ${percent(alone(column))} alone`,
      ),
      bars: {
        unit: 'of the load',
        format: (share) => `${Math.round(share * 100)}%`,
        series: [series('in the community', within, BLUE), series('by own generation alone', alone, GREY)],
      },
    },
  ]
}

/** What a bar is. */
function barOf({ replay: { slots } }: Report, length: number): string {
  const slot = (slots[0]?.end ?? 0) - (slots[0]?.start ?? 0)
  return length > slot ? `a bar is ${durationOf(length)}, the sum of its slots` : 'a bar is a slot'
}

function durationOf(seconds: number): string {
  if (seconds % 86_400 === 0) return counted(seconds / 86_400, 'day')
  return seconds % 3600 === 0 ? counted(seconds / 3600, 'hour') : counted(seconds / 60, 'minute')
}

function within({ loadWh, importWh }: Column): number {
  return loadWh === 0 ? 0 : Math.max(0, (loadWh - importWh) / loadWh)
}

function alone({ loadWh, ownUseWh }: Column): number {
  return loadWh === 0 ? 0 : ownUseWh / loadWh
}

function columnsOf({ simulation, kpis }: Report): { columns: Column[]; length: number } {
  const starts = simulation.slots.map(({ start }) => start)
  const countAt = (length: number) => new Set(starts.map((start) => Math.floor(start / length))).size
  const days = Math.ceil(countAt(86_400) / MAX_COLUMNS)
  const length = LENGTHS.find((each) => countAt(each) <= MAX_COLUMNS) ?? 86_400 * days
  const slots = simulation.slots.map((slot, index) => ({ ...slot, energy: kpis.slots[index] }))
  const groups = Map.groupBy(slots, ({ start }) => start - (start % length))
  const columns = [...groups].map(([start, group]) => {
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
  return { columns, length }
}
