import { useEffect, useRef } from 'preact/hooks'
import uPlot, { type AlignedData, type Options, type Series } from 'uplot'
import { timeOfDay } from '../format/times.ts'
import 'uplot/dist/uPlot.min.css'

/** A series of a chart; its colour is the name of a custom property of the style, such as `--sun`. */
export interface ChartSeries {
  name: string
  colour: string
  /** How a value is written, with its unit. */
  format: (value: number) => string
  /** Columns instead of a line. */
  isColumns?: boolean
  /** A step at each value instead of a straight way to the next. */
  isStepped?: boolean
  /** A dashed line with nothing below it, for what others are held against. */
  isReference?: boolean
  /** Which scale it is drawn on, 'y' when absent; another one stands at the right. */
  scale?: string
}

/** Height of a chart in pixels, unless it is said otherwise. */
const HEIGHT = 220
/** Least pixels between two labels of x, of which the longest is a time with seconds. */
const LABEL = 72
/** Least seconds that a chart over time is wide. */
const MIN_SPAN = 60

/**
 * Values over time, or over another x.
 *
 * @param label what it shows, for who hears it: say the essence in words
 * @param data x and then one list for each series; x in Unix seconds unless `x` formats it
 */
export function Chart(props: {
  label: string
  data: AlignedData
  series: readonly ChartSeries[]
  height?: number
  x?: { name: string; format: (value: number) => string }
}) {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(undefined)
  const shape = JSON.stringify(props.series) + props.height
  // What is drawn how changes rarely, and is drawn anew; data changes often, and is set below.
  useEffect(() => {
    const element = place.current
    if (element === null) return
    const draw = () => {
      plot.current?.destroy()
      plot.current = new uPlot(optionsOf(props, element.clientWidth), props.data, element)
    }
    draw()
    const resized = new ResizeObserver(() =>
      plot.current?.setSize({ width: element.clientWidth, height: props.height ?? HEIGHT }),
    )
    resized.observe(element)
    const scheme = matchMedia('(prefers-color-scheme: dark)')
    scheme.addEventListener('change', draw)
    const themed = new MutationObserver(draw)
    themed.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    return () => {
      resized.disconnect()
      themed.disconnect()
      scheme.removeEventListener('change', draw)
      plot.current?.destroy()
      plot.current = undefined
    }
  }, [shape])
  useEffect(() => plot.current?.setData(props.data), [props.data])
  return <div class="chart" role="img" aria-label={props.label} ref={place} />
}

function optionsOf({ series, height = HEIGHT, x }: Parameters<typeof Chart>[0], width: number): Options {
  const colour = (name: string) => resolved(`var(${name})`)
  const axis = {
    stroke: colour('--ink-soft'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1, size: 4 },
    font: `12px ${getComputedStyle(document.body).fontFamily}`,
  }
  const right = series.find(({ scale }) => scale !== undefined && scale !== 'y')
  const left = series.find(({ scale = 'y' }) => scale === 'y')
  const values = (of: ChartSeries | undefined) => (_: uPlot, splits: number[]) =>
    splits.map((value) => of?.format(value) ?? '')
  return {
    width,
    height,
    padding: [8, right ? 0 : 12, 0, 0],
    scales: {
      x: x === undefined ? { time: true, range: atLeastAMinute } : { time: false },
      y: { range: fromZero },
      ...(right?.scale && { [right.scale]: { range: fromZero } }),
    },
    axes: [
      { ...axis, space: LABEL, values: (_, splits) => splits.map(x?.format ?? clockOf(splits)) },
      { ...axis, size: 64, values: values(left) },
      ...(right
        ? [
            {
              ...axis,
              side: 1 as const,
              scale: right.scale ?? 'y',
              size: 72,
              grid: { show: false },
              values: values(right),
            },
          ]
        : []),
    ],
    series: [
      {
        label: x?.name ?? 'Time',
        value: (_, value) => (value === null ? '–' : (x?.format ?? timeOfSecond)(value)),
      },
      ...series.map((one) => seriesOf(one, colour(one.colour))),
    ],
    cursor: { points: { size: 7 } },
    // Over time, what is newest is told until something else is pointed at.
    ...(x === undefined && {
      hooks: { ready: [tellNewest], setData: [tellNewest], setCursor: [tellNewest] },
    }),
  }
}

function tellNewest(plot: uPlot): void {
  if (plot.cursor.idx == null && plot.data[0].length > 0) plot.setLegend({ idx: plot.data[0].length - 1 })
}

function seriesOf(
  { name, format, isColumns, isStepped, isReference, scale = 'y' }: ChartSeries,
  colour: string,
): Series {
  const paths = isColumns
    ? uPlot.paths.bars?.({ size: [0.7, 40] })
    : isStepped
      ? uPlot.paths.stepped?.({ align: 1 })
      : undefined
  return {
    label: name,
    stroke: colour,
    width: isColumns ? 0 : isReference ? 1 : 2,
    ...(isReference ? { dash: [5, 5] } : { fill: isColumns ? colour : faint(colour) }),
    scale,
    spanGaps: true,
    points: { show: false },
    ...(paths && { paths }),
    value: (_, value) => (value === null ? '–' : format(value)),
  }
}

/** A colour as the scheme has it now, `rgb(…)`: a canvas knows no custom properties and no `light-dark`. */
function resolved(colour: string): string {
  const probe = document.createElement('span')
  probe.style.color = colour
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

function faint(rgb: string): string {
  return rgb.replace(/^rgb\((.*)\)$/, 'rgba($1, 0.13)')
}

/** A few trades of one moment are drawn beside one another, and not a millisecond across the whole width. */
function atLeastAMinute(_: uPlot, min: number | null, max: number | null): [number, number] {
  const [from, to] = [min ?? Date.now() / 1_000, max ?? Date.now() / 1_000]
  const missing = Math.max(0, MIN_SPAN - (to - from))
  return [from - missing / 2, to + missing / 2]
}

/** Times of day, with seconds where they differ by no more. */
function clockOf(seconds: readonly number[]): (second: number) => string {
  const step = (seconds[1] ?? 0) - (seconds[0] ?? 0)
  return (second) => timeOfSecond(second).slice(0, step < 60 ? 8 : 5)
}

function timeOfSecond(second: number): string {
  return timeOfDay(new Date(second * 1_000).toISOString())
}

/** Amounts begin at nought, so that a change looks as large as it is. */
function fromZero(_: uPlot, min: number, max: number): [number, number] {
  const low = Math.min(0, min ?? 0)
  return [low, max === null || max <= low ? low + 1 : max + (max - low) * 0.08]
}
