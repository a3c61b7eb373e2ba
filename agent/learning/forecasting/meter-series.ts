import { checkCount, checkFinite, checkLength, checkOption } from '../models/checks.ts'

const DAY = 86_400
/** Seconds of the longest slot that is forecast: the day has to have a shape. */
const LONGEST_SLOT = 3_600

/** What a home used, or what its roof generated, slot by slot without a gap. */
export interface MeterSeries {
  /** When the first slot begins, Unix seconds. */
  start: number
  /** Length of a slot, in seconds. */
  slotSeconds: number
  /** Energy in each slot, in Wh, oldest first. */
  wh: Float64Array
}

/**
 * Refuses a series that cannot be forecast.
 *
 * @param field its name in errors
 * @throws ConfigError `OPTION_INVALID` unless the slots are even parts of a day, of an hour at most, and no energy is
 *   negative; `SHAPE_MISMATCH` when there is no value, `NOT_FINITE`
 */
export function checkSeries({ slotSeconds, start, wh }: MeterSeries, field = 'series'): void {
  checkCount(`${field}.start`, start, 0)
  const isPart = slotSeconds > 0 && DAY % slotSeconds === 0 && slotSeconds <= LONGEST_SLOT
  checkOption(`${field}.slotSeconds`, slotSeconds, isPart, `an even part of a day, at most ${LONGEST_SLOT}`)
  if (wh.length === 0) checkLength(`${field}.wh`, wh, 1)
  checkFinite(`${field}.wh`, wh)
  const below = wh.findIndex((value) => value < 0)
  if (below >= 0) checkOption(`${field}.wh[${below}]`, wh[below] ?? 0, false, 'energy in Wh, not below 0')
}

/** How many slots a day has. */
export function slotsPerDay({ slotSeconds }: Pick<MeterSeries, 'slotSeconds'>): number {
  return DAY / slotSeconds
}
