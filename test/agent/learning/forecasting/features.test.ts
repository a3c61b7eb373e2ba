import { expect } from 'chai'
import fc from 'fast-check'
import {
  examplesOf,
  FEATURES,
  firstForecast,
  historyOf,
  inputsOf,
} from '../../../../agent/learning/forecasting/features.ts'
import { type MeterSeries, normalise, scaleOf } from '../../../../agent/learning/forecasting/index.ts'
import { ConfigError } from '../../../../protocol/errors.ts'
import { SEED } from '../../../seed.ts'
import { HOURLY, household } from './series.ts'

const scale = { mean: 0, deviation: 1 }
const series = household(6, 1)
const length = series.wh.length
const first = firstForecast(series)

/** What the model is told of a slot. */
const rowOf = (from: MeterSeries, slot: number, horizon: number) => [
  ...inputsOf(historyOf(from, scale, horizon), slot, slot + 1),
]

describe('features of a slot', () => {
  const slots = fc.integer({ min: first, max: length - 1 })
  const horizons = fc.integer({ min: 1, max: 6 })
  const changed = (place: number, wh: number) => ({ ...series, wh: series.wh.with(place, wh) })

  it(`are the same whatever comes after the horizon, seed ${SEED}`, () => {
    fc.assert(
      fc.property(slots, horizons, fc.nat(), fc.integer({ min: 0, max: 1e6 }), (slot, horizon, place, wh) => {
        const unknown = slot - horizon + 1 + (place % (length - slot + horizon - 1))
        expect(rowOf(changed(unknown, wh), slot, horizon)).to.deep.equal(rowOf(series, slot, horizon))
      }),
      { seed: SEED },
    )
  })

  it(`tell of the latest reading that is known, seed ${SEED}`, () => {
    fc.assert(
      fc.property(slots, horizons, (slot, horizon) => {
        const latest = slot - horizon
        const more = changed(latest, (series.wh[latest] ?? 0) + 100)
        expect(rowOf(more, slot, horizon)).not.to.deep.equal(rowOf(series, slot, horizon))
      }),
      { seed: SEED },
    )
  })

  it('are those of a calculation by hand', () => {
    // Every hour of a day has a root of its own, which is the same on all days.
    const wh = Float64Array.from({ length: 96 }, (_, hour) => (hour % 24) ** 2)
    const row = rowOf({ start: 0, slotSeconds: HOURLY, wh }, 60, 2)
    expect(row).to.have.length(FEATURES)
    // Noon; the latest known slots are those of 10, 9, 8 and 7.
    expect(row.slice(0, 4)).to.deep.equal([10, 9, 8, 7])
    expect(row.slice(4, 12)).to.deep.equal([8.5, 11.5, 12, 12, 12, 12, 12, 12])
    const waves = [0, -1, 0, 1, 0, -1]
    for (const [place, wave] of waves.entries()) expect(row[12 + place]).to.be.closeTo(wave, 1e-6)
    // The third day of 1970 was a Saturday.
    expect(row.at(-1)).to.equal(1)
  })

  it('begin where there are two days and two hours, and end a horizon after the readings', () => {
    const history = historyOf(series, scale, 2)
    expect(first).to.equal(50)
    expect([...inputsOf(history, first, length + 2)].every(Number.isFinite)).to.equal(true)
    expect(() => inputsOf(history, first - 1, length)).to.throw(ConfigError, 'at least 50')
    expect(() => inputsOf(history, first, length + 3)).to.throw(ConfigError, `at most ${length + 2}`)
    expect(() => historyOf(series, scale, 0)).to.throw(ConfigError, 'horizon')
    expect(() => historyOf(series, scale, 23)).to.throw(ConfigError, 'at most 22')
  })

  it('come with what the slot was, on the scale of the home', () => {
    const own = scaleOf(series.wh)
    const { rows, targets } = examplesOf(historyOf(series, own, 2), first, length)
    expect(rows).to.equal(length - first)
    expect(targets[3]).to.be.closeTo(normalise(Math.sqrt(series.wh[first + 3] ?? 0), own), 1e-6)
    expect(() => examplesOf(historyOf(series, own, 2), first, length + 1)).to.throw(ConfigError, 'until')
  })
})
