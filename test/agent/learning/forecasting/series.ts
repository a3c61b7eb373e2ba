import { readFileSync } from 'node:fs'
import type { MeterSeries } from '../../../../agent/learning/forecasting/index.ts'
import { uniformDraws } from '../../../../agent/market/uniform-draws.ts'

/** Slots of an hour: a day is short, so tests are quick. */
export const HOURLY = 3_600

/** A home with an evening peak, some noise, and so many days. */
export function household(days: number, seed: number, size = 100): MeterSeries {
  const draw = uniformDraws(seed)
  const wh = Float64Array.from({ length: days * 24 }, (_, hour) => {
    const evening = Math.exp(-(((hour % 24) - 19) ** 2) / 8)
    return Math.round(size * (0.5 + 2 * evening) * (0.7 + 0.6 * draw()))
  })
  return { start: 1_615_161_600, slotSeconds: HOURLY, wh }
}

/** The readings of the community that ships, as a plain reader sees them: by home, and by photovoltaic system of 5 kWp. */
export function hamlet(): { loads: MeterSeries[]; pvs: MeterSeries[] } {
  const file = new URL('../../../../data/energy/hamlet_16homes_15min.csv', import.meta.url)
  const rows = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').slice(1).map(Number))
  const column = (index: number, factor: number): MeterSeries => ({
    ...{ start: Date.parse('2021-03-08T00:00Z') / 1000, slotSeconds: 900 },
    wh: Float64Array.from(rows, (row) => Math.round((row[index] ?? Number.NaN) * factor)),
  })
  return {
    loads: Array.from({ length: 16 }, (_, home) => column(home, 1)),
    pvs: Array.from({ length: 3 }, (_, system) => column(16 + system, 5)),
  }
}
