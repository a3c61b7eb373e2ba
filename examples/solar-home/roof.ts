import { ConfigError, type Forecaster, forecastSlots, type MeterSeries, trainOwn } from '@mesh/sdk'

/** A week, and the quarters of an hour in which meters are read, in seconds. */
const WEEK = 7 * 86_400
const QUARTER = 900

/** What a home has measured, quarter by quarter, and what it expects by that. */
export class Roof {
  readonly #load: MeterSeries
  readonly #pv: MeterSeries
  readonly #forecasters: { load: Forecaster; pv: Forecaster }
  /** The first quarter of the last week: all before it is learnt from. */
  readonly #known: number

  /**
   * @param csv whose first column are quarters of an hour in UTC, without a gap, for more than a week
   * @param columns of the load, in Wh, and of the generation, in Wh for each kWp
   * @throws ConfigError `FILE_INVALID` when a column is missing, or what is measured is no energy
   */
  constructor(csv: string, columns: { load: string; pv: string }, kWp: number) {
    const [header = '', ...lines] = csv.trimEnd().split(/\r?\n/)
    const rows = lines.map((line) => line.split(','))
    const start = Date.parse(rows[0]?.[0] ?? '') / 1000
    const series = (column: string, factor: number): MeterSeries => {
      const index = header.split(',').indexOf(column)
      const wh = Float64Array.from(rows, (row) => (row[index] ? Number(row[index]) * factor : Number.NaN))
      const isUsable = wh.every((value) => value >= 0 && value < Number.POSITIVE_INFINITY)
      if (isUsable && wh.length > WEEK / QUARTER && Number.isInteger(start))
        return { start, slotSeconds: QUARTER, wh }
      throw new ConfigError('FILE_INVALID', 'The readings cannot be used.', {
        field: column,
        expected: 'a column with a number of at least 0 for each quarter of an hour of more than a week',
        received: index < 0 ? `the columns ${header.slice(0, 120)}` : `${wh.length} lines`,
        remedy: 'Correct the file, or name another column.',
      })
    }
    this.#load = series(columns.load, 1)
    this.#pv = series(columns.pv, kWp)
    this.#known = this.#load.wh.length - WEEK / QUARTER
    const training = { architecture: 'linear', horizon: 1, until: this.#known, seed: 1 } as const
    this.#forecasters = { load: trainOwn(this.#load, training), pv: trainOwn(this.#pv, training) }
  }

  /** What the home expects to have left in the quarter that begins then, in Wh; below zero what it expects to lack. */
  expects(start: bigint): number {
    const slot = this.#slotAt(start)
    const next = (forecaster: Forecaster, series: MeterSeries) =>
      forecastSlots(forecaster, series, slot, slot + 1)[0] ?? Number.NaN
    return next(this.#forecasters.pv, this.#pv) - next(this.#forecasters.load, this.#load)
  }

  /** What it had left, in Wh: for when the quarter is over. */
  measures(start: bigint): number {
    const slot = this.#slotAt(start)
    return (this.#pv.wh[slot] ?? Number.NaN) - (this.#load.wh[slot] ?? Number.NaN)
  }

  /** Whatever day the market trades, the last week of the readings stands for its week. */
  #slotAt(start: bigint): number {
    const into = (((Number(start) - this.#load.start) % WEEK) + WEEK) % WEEK
    const offset = (this.#known * QUARTER) % WEEK
    return this.#known + Math.floor(((into - offset + WEEK) % WEEK) / QUARTER)
  }
}

/**
 * What to sell of an expected surplus: a part, because what is sold and not generated has to be bought from the grid.
 *
 * @param share from 0 to 1
 * @returns whole Wh, 0n when nothing is left over
 */
export function toSell(expectedWh: number, share: number): bigint {
  if (!Number.isFinite(expectedWh) || !(share >= 0 && share <= 1)) {
    throw new RangeError(`energy in Wh and a share from 0 to 1 expected, ${expectedWh} and ${share} received`)
  }
  return BigInt(Math.max(0, Math.floor(expectedWh * share)))
}
