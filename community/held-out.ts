import { ConfigError } from '../protocol/errors.ts'
import type { MeteredSlot } from './dataset.ts'

const DAY = 86_400
/** Part of the days that are held out where nobody says how many. */
const PART = 3
/** Days that are needed before them: two to look back at, and some to learn from and to choose by. */
const LEAST_DAYS = 6

type Interval = Pick<MeteredSlot, 'start' | 'end'>

/**
 * The first slot of the days that a forecast is tested on: the last third of the whole days, or so many.
 *
 * @param days how many are held out
 * @throws ConfigError `DAYS_MISSING` when fewer than six are left before them
 *
 * @example heldOutFrom(readCommunity().slots) // 1344: the last 7 of 21 days
 */
export function heldOutFrom(slots: readonly Interval[], days?: number): number {
  const perDay = slotsPerDay(slots)
  const held = days ?? Math.max(1, Math.floor(slots.length / perDay / PART))
  const from = Math.max(0, Math.round(slots.length - held * perDay))
  checkHistory(slots.slice(0, from))
  return from
}

/** @param before what homes learn from @throws ConfigError `DAYS_MISSING` when that is less than six days */
export function checkHistory(before: readonly Interval[]): void {
  const days = before.length / slotsPerDay(before)
  if (days >= LEAST_DAYS) return
  throw new ConfigError('DAYS_MISSING', 'There are too few days to learn a forecast from.', {
    field: 'readings',
    expected: `${LEAST_DAYS} days before the first slot that is forecast`,
    received: `${days.toFixed(1)} days`,
    remedy: 'Give readings of more days, or forecast later ones, or fewer.',
  })
}

function slotsPerDay([first]: readonly Interval[]): number {
  return first === undefined ? 1 : DAY / (first.end - first.start)
}
