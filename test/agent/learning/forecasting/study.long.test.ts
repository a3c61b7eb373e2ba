import { expect } from 'chai'
import { aggregationRule } from '../../../../agent/learning/aggregation/index.ts'
import {
  FORECAST_METHODS,
  type ForecastMethod,
  forecastCommunity,
  forecastErrors,
  homeForecasts,
  studyForecasts,
} from '../../../../agent/learning/forecasting/index.ts'
import { ConfigError, MeshError } from '../../../../protocol/errors.ts'
import { SEED } from '../../../seed.ts'
import { hamlet, household } from './series.ts'

const rule = aggregationRule('fedavg')

describe(`study of forecasts, seed ${SEED}`, function () {
  this.timeout(120_000)
  const homes = [household(12, SEED), household(12, SEED + 1, 400)]
  const study = { homes, horizon: 2, heldOutFrom: 9 * 24, rule, seed: SEED }

  it('looks at what is held out for nothing but later slots', () => {
    const found = studyForecasts(study)
    const from = study.heldOutFrom
    const others = homes.map((home) => ({
      ...home,
      wh: home.wh.map((wh, slot) => (slot < from + 5 ? wh : 7)),
    }))
    const changed = studyForecasts({ ...study, homes: others })
    expect(changed.chosen).to.deep.equal(found.chosen)
    expect(changed.persistence).to.equal(found.persistence)
    for (const method of FORECAST_METHODS) {
      const [before, after] = [found.methods[method], changed.methods[method]]
      expect(after.validation, method).to.deep.equal(before.validation)
      // The slots up to a horizon after the first change.
      const same = (all: Float64Array[]) => all.map((wh) => [...wh.subarray(0, 7)])
      expect(same(after.heldOut), method).to.deep.equal(same(before.heldOut))
    }
  })

  it('tests as many slots as there are, by days before that no test is of', () => {
    const { validationFrom, methods } = studyForecasts(study)
    expect(validationFrom).to.equal(8 * 24)
    for (const { validation, heldOut } of Object.values(methods)) {
      expect(validation.map(({ length }) => length)).to.deep.equal([24, 24])
      expect(heldOut.map(({ length }) => length)).to.deep.equal([72, 72])
    }
  })

  it('refuses homes that do not fit one another, and too few days', () => {
    const [first, second] = homes
    if (first === undefined || second === undefined) return
    const later = { ...second, start: second.start + 3_600 }
    expect(() => studyForecasts({ ...study, homes: [first, later] })).to.throw(ConfigError, 'homes[1].start')
    const shorter = { ...second, wh: second.wh.subarray(1) }
    expect(() => studyForecasts({ ...study, homes: [first, shorter] })).to.throw(
      ConfigError,
      'homes[1].wh.length',
    )
    expect(() => studyForecasts({ ...study, heldOutFrom: 60 })).to.throw(ConfigError, 'heldOutFrom')
    expect(() => studyForecasts({ ...study, homes: [] })).to.throw(ConfigError, 'homes.length')
  })
})

describe(`forecasts of a community, seed ${SEED}`, () => {
  const home = household(9, SEED)
  const slots = Array.from(home.wh, (loadWh, slot) => ({
    start: home.start + slot * 3_600,
    end: home.start + (slot + 1) * 3_600,
    readings: [
      { loadWh, pvWh: 0 },
      { loadWh: loadWh + 20, pvWh: slot % 24 > 6 && slot % 24 < 18 ? 500 : 0 },
    ],
  }))
  const options = { horizon: 2, heldOutFrom: 7 * 24, rule, seed: SEED }

  it('say of each home and slot what is likely, in whole Wh', () => {
    const found = forecastCommunity(slots, options)
    expect(found.pvHomes).to.deep.equal([1])
    for (const kind of ['none', 'local', 'federated'] as const) {
      const expected = homeForecasts(found, kind, 8)
      expect(expected).to.have.length(48)
      for (const [first, second] of expected) {
        expect(first?.pvWh).to.equal(0)
        for (const { loadWh, pvWh, lackWh } of [first, second].flatMap((each) => each ?? [])) {
          expect([loadWh, pvWh, ...lackWh].every(Number.isInteger)).to.equal(true)
          expect(lackWh).to.have.length(8)
          expect(lackWh).to.deep.equal(lackWh.toSorted((a, b) => a - b))
        }
      }
    }
  })

  it('need every slot', () => {
    expect(() => forecastCommunity(slots.toSpliced(30, 1), options))
      .to.throw(MeshError, 'begin where')
      .with.property('code', 'SLOTS_MISSING')
  })
})

/** Held-out days, mean over homes and over the first seeds: docs/forecasting.md has the figures of each seed. */
describe('forecasts of the homes that ship', function () {
  this.timeout(600_000)
  const seeds = [1, 2, 3]
  const { loads, pvs } = hamlet()
  // Every other home has a roof, with one of three systems.
  const roofs = Array.from({ length: 8 }, (_, roof) => pvs[roof % 3]).flatMap((series) => series ?? [])
  const heldOutFrom = 14 * 96

  for (const [quantity, homes] of [
    ['load', loads],
    ['generation', roofs],
  ] as const) {
    it(`of ${quantity} are better learnt together than alone, and than by persistence, seeds ${seeds}`, () => {
      const mean = (values: readonly number[]) =>
        values.reduce((sum, value) => sum + value, 0) / values.length
      const errors = seeds.map((seed) => {
        const { methods, chosen } = studyForecasts({ homes, horizon: 2, heldOutFrom, rule, seed })
        const maes = (method: ForecastMethod) =>
          homes.map(
            ({ wh }, home) =>
              forecastErrors(methods[method].heldOut[home] ?? wh, wh.subarray(heldOutFrom)).mae,
          )
        const [last, yesterday] = [maes('last'), maes('yesterday')]
        const persistence = mean(last.map((value, home) => Math.min(value, yesterday[home] ?? value)))
        return { own: mean(maes('own')), federated: mean(maes(chosen.shared)), persistence }
      })
      const federated = mean(errors.map((each) => each.federated))
      expect(federated).to.be.below(mean(errors.map(({ own }) => own)))
      expect(federated).to.be.below(mean(errors.map(({ persistence }) => persistence)))
    })
  }
})
