const WIDTH = 900
const PANEL_HEIGHT = 320
const MARGIN = { left: 80, right: 60, top: 32, bottom: 28 }
const HEADER = 28

/** Values of a chart, one a column. */
interface Series {
  values: readonly (number | undefined)[]
  colour: string
  /** How a value is written at its axis. */
  format: (value: number) => string
}

/** A part of a chart: bars that stand before one another, and a line with an axis of its own. */
export interface Panel {
  /** What the colours are. */
  caption: string
  /** What is written below each column, and what is shown when one points at it. */
  labels: readonly string[]
  titles: readonly string[]
  /** The first behind the others; none is below 0, and all are measured by the largest. */
  bars?: readonly Series[]
  line?: Series
}

/**
 * An SVG of panels below one another.
 *
 * @example
 * ```ts
 * const bars = [{ values: [3, 4], colour: '#4f8fdc', format: String }]
 * svgOf('Two days', [{ caption: 'rides', labels: ['Mo', 'Tu'], titles: ['3 rides', '4 rides'], bars }])
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

/** A page with a chart and the key figures by their names; it loads nothing. */
export function pageOf(title: string, svg: string, facts: readonly (readonly string[])[]): string {
  const rows = facts.map(
    ([name = '', value = '']) =>
      `<tr><th align="left">${escapeXml(name)}</th><td>${escapeXml(value)}</td></tr>`,
  )
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>${escapeXml(title)}</title>
<body style="font-family: sans-serif; max-width: 60rem; margin: 2rem auto">
${svg}<table cellpadding="4">
${rows.join('\n')}
</table></body></html>
`
}

function panelOf({ caption, labels, titles, bars = [], line }: Panel, offset: number): string {
  const [top, bottom] = [offset + MARGIN.top, offset + PANEL_HEIGHT - MARGIN.bottom]
  const step = (WIDTH - MARGIN.left - MARGIN.right) / Math.max(1, titles.length)
  const most = Math.max(0, ...bars.flatMap(({ values }) => values.map((value) => value ?? 0))) || 1
  const columns = titles.map((title, index) => {
    const left = MARGIN.left + index * step
    const drawn = bars.map(({ values, colour }) => {
      const height = ((values[index] ?? 0) / most) * (bottom - top)
      return `<rect x="${fixed(left + step * 0.1)}" y="${fixed(bottom - height)}" width="${fixed(step * 0.8)}" height="${fixed(height)}" fill="${colour}"/>`
    })
    const label = labels[index]
      ? `<text x="${fixed(left + step / 2)}" y="${bottom + 16}" text-anchor="middle">${escapeXml(labels[index])}</text>`
      : ''
    const target = `<rect x="${fixed(left)}" y="${top}" width="${fixed(step)}" height="${bottom - top}" fill="transparent"/>`
    return `<g><title>${escapeXml(title)}</title>${drawn.join('')}${target}${label}</g>`
  })
  const axis = bars[0]
    ? `<text x="${MARGIN.left - 6}" y="${top + 5}" text-anchor="end">${escapeXml(bars[0].format(most))}</text>`
    : ''
  return `<text x="${MARGIN.left}" y="${offset + 18}" fill="#57606a">${escapeXml(caption)}</text>
<line x1="${MARGIN.left}" y1="${bottom}" x2="${WIDTH - MARGIN.right}" y2="${bottom}" stroke="#57606a"/>
${columns.join('\n')}${axis}${line === undefined ? '' : lineOf(line, { top, bottom, step })}`
}

/** A line, interrupted where there is no value, from the least value (or 0) to the largest. */
function lineOf(
  { values, colour, format }: Series,
  { top, bottom, step }: { top: number; bottom: number; step: number },
): string {
  const known = values.filter((value) => value !== undefined)
  const [low, high] = [Math.min(0, ...known), Math.max(0, ...known)]
  const y = (value: number) => fixed(bottom - ((value - low) / (high - low || 1)) * (bottom - top))
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
  const mark = (value: number) =>
    `<text x="${WIDTH - MARGIN.right + 6}" y="${y(value)}" dominant-baseline="middle" fill="${colour}">${escapeXml(format(value))}</text>`
  return [...strokes, mark(high), low < 0 ? mark(low) : ''].join('\n')
}

function fixed(value: number): string {
  return value.toFixed(1)
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
