const WIDTH = 900
const PANEL_HEIGHT = 320
const MARGIN = { left: 80, right: 70, top: 52, bottom: 28 }
const HEADER = 28
/** How far from the edges a line stays, so that it is seen where it is at its least or largest. */
const INSET = 8
const GREY = '#57606a'
const LIGHT = '#eaeef2'

/** Values of a chart, one a column. */
interface Series {
  /** What the colour means. */
  name: string
  values: readonly (number | undefined)[]
  colour: string
}

/** A scale at the side, and what stands above it. */
interface Axis {
  unit: string
  /** How a value is written. */
  format: (value: number) => string
}

/** A part of a chart: bars that stand before one another, and a line with an axis of its own. */
export interface Panel {
  /** What it shows; the colours that are seen are named by themselves. */
  caption: string
  /** What is written below each column, and what is shown when one points at it. */
  labels: readonly string[]
  titles: readonly string[]
  /** Whether a column is of a part of its time alone, and so is pale. */
  pale?: readonly boolean[]
  /** The first behind the others; none is below 0, and all have one scale. */
  bars: Axis & { series: readonly Series[] }
  line?: Axis & Series
}

/**
 * An SVG of panels below one another.
 *
 * @example
 * ```ts
 * const series = [{ name: 'rides', values: [3, 4], colour: '#4f8fdc' }]
 * const bars = { unit: 'rides', format: String, series }
 * svgOf('Two days', [{ caption: 'by day', labels: ['Mo', 'Tu'], titles: ['3 rides', '4 rides'], bars }])
 * ```
 */
export function svgOf(title: string, panels: readonly Panel[]): string {
  const height = HEADER + panels.length * PANEL_HEIGHT
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">
<rect width="${WIDTH}" height="${height}" fill="white"/>
<text x="${MARGIN.left}" y="20" font-size="15">${escapeXml(title)}</text>
${panels.map((panel, index) => panelOf(panel, HEADER + index * PANEL_HEIGHT)).join('\n')}
</svg>
`
}

/** Rows below a head; those of the user, from the first on, are bold. */
export interface PageTable {
  head: readonly string[]
  rows: readonly (readonly string[])[]
  own: number
}

/** A page with a chart, the key figures by their names, and a table; it loads nothing. */
export function pageOf(
  title: string,
  svg: string,
  facts: readonly (readonly string[])[],
  table?: PageTable,
): string {
  const rows = facts.map(
    ([name = '', value = '']) =>
      `<tr><th align="left">${escapeXml(name)}</th><td>${escapeXml(value)}</td></tr>`,
  )
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>${escapeXml(title)}</title>
<body style="font-family: sans-serif; max-width: 60rem; margin: 2rem auto">
${svg}<table cellpadding="4">
${rows.join('\n')}
</table>
${table === undefined ? '' : tableOf(table)}</body></html>
`
}

/** Text to the left, numbers to the right. */
function tableOf({ head, rows, own }: PageTable): string {
  const isNumber = (cell: string) => /^-?[\d,.]+$/.test(cell)
  const line = (cells: readonly string[], tag: string, style: string) =>
    `<tr${style}>${cells.map((cell, index) => `<${tag} align="${isNumber(rows[0]?.[index] ?? '') ? 'right' : 'left'}">${escapeXml(cell)}</${tag}>`).join('')}</tr>`
  const lines = rows.map((cells, index) => line(cells, 'td', index < own ? ' style="font-weight: bold"' : ''))
  return `<table cellpadding="4" style="font-size: 13px">\n${[line(head, 'th', ''), ...lines].join('\n')}\n</table>\n`
}

/** Where a panel is drawn. */
interface Frame {
  top: number
  bottom: number
  /** Width of a column. */
  step: number
}

function panelOf({ caption, labels, titles, pale = [], bars, line }: Panel, offset: number): string {
  const [top, bottom] = [offset + MARGIN.top, offset + PANEL_HEIGHT - MARGIN.bottom]
  const step = (WIDTH - MARGIN.left - MARGIN.right) / Math.max(1, titles.length)
  const ticks = ticksOf(0, Math.max(0, ...bars.series.flatMap(({ values }) => values.map((v) => v ?? 0))))
  const y = (value: number) => bottom - (value / (ticks.at(-1) || 1)) * (bottom - top)
  const columns = titles.map((title, index) => {
    const left = MARGIN.left + index * step
    const drawn = bars.series.map(({ values, colour }) => {
      const at = y(values[index] ?? 0)
      return `<rect x="${fixed(left + step * 0.1)}" y="${fixed(at)}" width="${fixed(step * 0.8)}" height="${fixed(bottom - at)}" fill="${colour}"/>`
    })
    const label = labels[index]
      ? `<text x="${fixed(left + step / 2)}" y="${bottom + 16}" text-anchor="middle">${escapeXml(labels[index])}</text>`
      : ''
    const target = `<rect x="${fixed(left)}" y="${top}" width="${fixed(step)}" height="${bottom - top}" fill="transparent"/>`
    return `<g><title>${escapeXml(title)}</title><g${pale[index] ? ' opacity="0.5"' : ''}>${drawn.join('')}</g>${target}${label}</g>`
  })
  const grid = ticks.map((value) => {
    const at = fixed(y(value))
    const rule = `<line x1="${MARGIN.left}" y1="${at}" x2="${WIDTH - MARGIN.right}" y2="${at}" stroke="${value === 0 ? GREY : LIGHT}"/>`
    return `${rule}<text x="${MARGIN.left - 6}" y="${at}" text-anchor="end" dominant-baseline="middle">${escapeXml(bars.format(value))}</text>`
  })
  return `<text x="${MARGIN.left}" y="${offset + 18}" fill="${GREY}">${escapeXml(caption)}${legendOf(bars.series, line)}</text>
<text x="${MARGIN.left - 6}" y="${top - 14}" text-anchor="end" fill="${GREY}">${escapeXml(bars.unit)}</text>
${grid.join('\n')}
${columns.join('\n')}${line === undefined ? '' : lineOf(line, { top, bottom, step })}`
}

/** Names of the colours that are seen: bars that another stands before everywhere are not. */
function legendOf(bars: readonly Series[], line: Series | undefined): string {
  const seen = bars.filter(({ values }, place) =>
    values.some((value = 0, column) =>
      bars.slice(place + 1).every((other) => value > (other.values[column] ?? 0)) ? value > 0 : false,
    ),
  )
  const isDrawn = line?.values.some((value) => value !== undefined)
  return [...seen, ...(line !== undefined && isDrawn ? [line] : [])]
    .map(({ name, colour }) => `<tspan dx="12" fill="${colour}">\u25a0</tspan> ${escapeXml(name)}`)
    .join('')
}

/** A line, interrupted where there is no value, from the least value (or 0) to the largest. */
function lineOf({ values, colour, unit, format }: Axis & Series, { top, bottom, step }: Frame): string {
  const known = values.filter((value) => value !== undefined)
  if (known.length === 0) return ''
  const ticks = ticksOf(Math.min(0, ...known), Math.max(0, ...known))
  const [low, high] = [ticks[0] ?? 0, ticks.at(-1) ?? 0]
  const height = bottom - top - 2 * INSET
  const y = (value: number) => fixed(bottom - INSET - ((value - low) / (high - low || 1)) * height)
  const parts: string[][] = [[]]
  for (const [index, value] of values.entries()) {
    if (value === undefined) parts.push([])
    else parts.at(-1)?.push(`${fixed(MARGIN.left + (index + 0.5) * step)},${y(value)}`)
  }
  const strokes = parts
    .filter(({ length }) => length > 0)
    .map(
      (points) =>
        `<polyline points="${(points.length === 1 ? [...points, ...points] : points).join(' ')}" fill="none" stroke="${colour}" stroke-width="2" stroke-linecap="round"/>`,
    )
  const right = WIDTH - MARGIN.right
  const marks = ticks.map(
    (value) =>
      `<text x="${right + 6}" y="${y(value)}" dominant-baseline="middle" fill="${colour}">${escapeXml(format(value))}</text>`,
  )
  const zero =
    low < 0
      ? `<line x1="${MARGIN.left}" y1="${y(0)}" x2="${right}" y2="${y(0)}" stroke="${colour}" stroke-dasharray="4 4" opacity="0.6"/>`
      : ''
  const name = `<text x="${right + 6}" y="${top - 14}" fill="${colour}">${escapeXml(unit)}</text>`
  return [zero, ...strokes, ...marks, name].join('\n')
}

/** Round values at equal steps, with 0 and the bounds between the first and the last of them. */
function ticksOf(low: number, high: number): number[] {
  const raw = (high - low || 1) / 4
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = power * ([1, 2, 2.5, 5].find((each) => each * power >= raw) ?? 10)
  const [first, last] = [Math.floor(low / step), Math.max(1, Math.ceil(high / step))]
  // A product, not a sum: steps of 0.1 do not add up.
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step)
}

function fixed(value: number): string {
  return value.toFixed(1)
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
