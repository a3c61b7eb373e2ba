import { factsOf, localTime, type Report } from './report.ts'

const WIDTH = 900
const HEIGHT = 360
const MARGIN = { left: 50, right: 50, top: 50, bottom: 40 }

/** An SVG of bookings and rides by the hour (bars) and of the wait that nine tenths do not exceed (line). */
export function chartOf({ name, drivers, hours }: Report): string {
  const most = Math.max(1, ...hours.map(({ bookings }) => bookings))
  const longest = Math.max(60, ...hours.map(({ wait }) => wait.p90))
  const step = (WIDTH - MARGIN.left - MARGIN.right) / hours.length
  const bottom = HEIGHT - MARGIN.bottom
  const height = (share: number) => share * (bottom - MARGIN.top)
  const bars = hours.map(({ start, bookings, served, wait }, index) => {
    const x = MARGIN.left + index * step
    const bar = (value: number, colour: string) =>
      `<rect x="${(x + step * 0.1).toFixed(1)}" y="${(bottom - height(value / most)).toFixed(1)}" width="${(step * 0.8).toFixed(1)}" height="${height(value / most).toFixed(1)}" fill="${colour}"/>`
    const hour = localTime(start).slice(11)
    return [
      `<g><title>${hour}: ${bookings} booked, ${served} served, nine tenths within ${(wait.p90 / 60).toFixed(1)} min</title>`,
      bar(bookings, '#d0d7de'),
      bar(served, '#4f8fdc'),
      `<text x="${(x + step / 2).toFixed(1)}" y="${bottom + 16}" text-anchor="middle">${hour.slice(0, 2)}</text></g>`,
    ].join('')
  })
  const line = hours.map(
    ({ wait }, index) =>
      `${(MARGIN.left + (index + 0.5) * step).toFixed(1)},${(bottom - height(wait.p90 / longest)).toFixed(1)}`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">
<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>
<text x="${MARGIN.left}" y="20" font-size="15">${escapeXml(name)}, ${drivers} drivers</text>
<text x="${MARGIN.left}" y="38" fill="#57606a">grey: booked by the hour, blue: served, at most ${most}; orange: wait of nine tenths, at most ${(longest / 60).toFixed(1)} min</text>
${bars.join('\n')}
<polyline points="${line.join(' ')}" fill="none" stroke="#e36209" stroke-width="2"/>
<text x="${MARGIN.left - 6}" y="${MARGIN.top + 5}" text-anchor="end">${most}</text>
<text x="${WIDTH - MARGIN.right + 6}" y="${MARGIN.top + 5}" fill="#e36209">${(longest / 60).toFixed(1)}</text>
<line x1="${MARGIN.left}" y1="${bottom}" x2="${WIDTH - MARGIN.right}" y2="${bottom}" stroke="#57606a"/>
</svg>
`
}

/** A page with the chart and the key figures; it loads nothing. */
export function pageOf(report: Report): string {
  const rows = factsOf(report).map(
    ([name = '', value = '']) =>
      `<tr><th align="left">${escapeXml(name)}</th><td>${escapeXml(value)}</td></tr>`,
  )
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>${escapeXml(report.name)}</title>
<body style="font-family: sans-serif; max-width: 60rem; margin: 2rem auto">
${chartOf(report)}<table cellpadding="4">
${rows.join('\n')}
</table></body></html>
`
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
