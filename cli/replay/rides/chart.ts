import type { Panel } from '../chart.ts'
import { HOUR, localTime, type Report } from './report.ts'

/** Seconds without a booking at its beginning or end, from which on an hour counts as one of which there is a part alone. */
const PART = 300

/** Bookings and rides by the hour (bars), and the wait that nine tenths do not exceed (line). */
export function panelOf({ hours, from, until }: Report): Panel {
  const hourOf = (start: number) => localTime(start).slice(11)
  const minutes = (seconds: number) => (seconds / 60).toFixed(1)
  const pale = hours.map(({ start }) => from - start > PART || start + HOUR - until > PART)
  const part = (index: number) =>
    pale[index] ? ` (in part: bookings from ${hourOf(from)} to ${hourOf(until)})` : ''
  return {
    caption: `rides by the hour of their booking${pale.includes(true) ? '; pale: an hour in part' : ''}`,
    labels: hours.map(({ start }) => hourOf(start).slice(0, 2)),
    titles: hours.map(
      ({ start, bookings, served, wait }, index) =>
        `${hourOf(start)}: ${bookings} booked, ${served} served, nine tenths within ${minutes(wait.p90)} min${part(index)}`,
    ),
    pale,
    bars: {
      unit: 'rides',
      format: String,
      series: [
        { name: 'booked', values: hours.map(({ bookings }) => bookings), colour: '#d0d7de' },
        { name: 'served', values: hours.map(({ served }) => served), colour: '#4f8fdc' },
      ],
    },
    line: {
      name: 'wait of nine tenths',
      unit: 'minutes',
      values: hours.map(({ served, wait }) => (served === 0 ? undefined : wait.p90 / 60)),
      colour: '#e36209',
      format: (value) => String(Number(value.toFixed(2))),
    },
  }
}
