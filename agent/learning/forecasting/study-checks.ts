import { checkCount, checkOption } from '../models/checks.ts'
import { firstForecast } from './features.ts'
import { checkSeries, slotsPerDay } from './meter-series.ts'
import type { ForecastStudy } from './study.ts'

/** Whole days that models are chosen by, of those before the held-out ones: a fifth, at least one. */
const VALIDATION_SHARE = 5

/**
 * Refuses homes that do not fit one another, and too few days.
 *
 * @returns the first slot of the days that models are chosen by
 * @throws ConfigError `OPTION_INVALID`, and what {@link checkSeries} throws
 */
export function checkStudy({ homes, heldOutFrom }: ForecastStudy): number {
  checkCount('homes.length', homes.length)
  const [first] = homes
  for (const [index, series] of homes.entries()) {
    checkSeries(series, `homes[${index}]`)
    for (const field of ['start', 'slotSeconds'] as const) {
      checkOption(
        `homes[${index}].${field}`,
        series[field],
        series[field] === first?.[field],
        `${first?.[field]}, as homes[0]`,
      )
    }
    const { length } = series.wh
    checkOption(
      `homes[${index}].wh.length`,
      length,
      length === first?.wh.length,
      `${first?.wh.length}, as homes[0]`,
    )
  }
  const day = slotsPerDay(first ?? { slotSeconds: 1 })
  const days = Math.floor(heldOutFrom / day)
  const validationFrom = heldOutFrom - Math.max(1, Math.floor(days / VALIDATION_SHARE)) * day
  const least = firstForecast(first ?? { slotSeconds: 1 }) + 2 * day
  const length = first?.wh.length ?? 0
  checkOption(
    'heldOutFrom',
    heldOutFrom,
    heldOutFrom >= least && heldOutFrom < length,
    `an integer from ${least}, five days or so, to below ${length}, the slots that there are`,
  )
  return validationFrom
}
