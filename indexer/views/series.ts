import { z } from 'zod'
import { SECONDS_OF, SERIES_INTERVALS, type TradeSeriesRow } from '../store/tables.ts'
import { amount, instant, orNull, toInstant } from './scalars.ts'
import { averagePriceOf } from './stats.ts'

export const seriesInterval = z.enum(SERIES_INTERVALS)

export const seriesSchema = z
  .object({
    start: instant,
    end: instant,
    trades: z.int(),
    tradedWh: amount.meta({ description: 'Of trades of energy alone' }),
    volume: amount.meta({ description: 'What buyers paid' }),
    fees: amount.meta({ description: 'Of everything that was paid, also for what is no trade' }),
    averagePrice: amount
      .nullable()
      .meta({ description: 'Of energy, minor units per kWh, rounded down; null without trades of it' }),
  })
  .meta({ id: 'StatsPoint', description: 'What was traded within an hour or a day of UTC' })

/** A point of the time series as the API shows it. */
export type SeriesView = z.infer<typeof seriesSchema>

export function toSeriesView({ interval, start, trades, ...sums }: TradeSeriesRow): SeriesView {
  return {
    start: toInstant(start),
    end: toInstant(start + SECONDS_OF[interval]),
    trades,
    tradedWh: String(sums.energy),
    volume: String(sums.volume),
    fees: String(sums.fees),
    averagePrice: orNull(averagePriceOf(sums), String),
  }
}
