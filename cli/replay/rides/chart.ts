import type { Panel } from '../chart.ts'
import { localTime, type Report } from './report.ts'

/** Bookings and rides by the hour (bars), and the wait that nine tenths do not exceed (line). */
export function panelOf({ hours }: Report): Panel {
  const hourOf = (start: number) => localTime(start).slice(11)
  const minutes = (seconds: number) => (seconds / 60).toFixed(1)
  const bars = (values: number[], colour: string) => ({ values, colour, format: String })
  return {
    caption: 'grey: booked by the hour, blue: served; orange: wait of nine tenths, in minutes',
    labels: hours.map(({ start }) => hourOf(start).slice(0, 2)),
    titles: hours.map(
      ({ start, bookings, served, wait }) =>
        `${hourOf(start)}: ${bookings} booked, ${served} served, nine tenths within ${minutes(wait.p90)} min`,
    ),
    bars: [
      bars(
        hours.map(({ bookings }) => bookings),
        '#d0d7de',
      ),
      bars(
        hours.map(({ served }) => served),
        '#4f8fdc',
      ),
    ],
    line: { values: hours.map(({ wait }) => wait.p90), colour: '#e36209', format: minutes },
  }
}
