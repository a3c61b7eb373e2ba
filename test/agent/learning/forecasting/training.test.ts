import { expect } from 'chai'
import { aggregationRule } from '../../../../agent/learning/aggregation/index.ts'
import {
  fineTune,
  forecastErrors,
  forecastSlots,
  persistenceForecast,
  trainFederated,
  trainOwn,
} from '../../../../agent/learning/forecasting/index.ts'
import { ConfigError } from '../../../../protocol/errors.ts'
import { SEED } from '../../../seed.ts'
import { household } from './series.ts'

const DAY = 24
const mean = aggregationRule('fedavg')

describe(`training of forecasts, seed ${SEED}`, function () {
  this.timeout(120_000)
  const homes = [household(12, SEED), household(12, SEED + 1, 400), household(12, SEED + 2, 30)]
  const [home] = homes
  const training = { architecture: 'mlp', horizon: 2, until: 10 * DAY, seed: SEED } as const
  if (home === undefined) throw new Error('no home')
  const withLater = (wh: number) => ({
    ...home,
    wh: home.wh.map((value, slot) => (slot < training.until ? value : wh)),
  })

  it('gives the same model for the same seed, and another for another', () => {
    const parametersOf = (seed: number) => [...trainOwn(home, { ...training, seed }).parameters]
    expect(parametersOf(SEED)).to.deep.equal(parametersOf(SEED))
    expect(parametersOf(SEED)).not.to.deep.equal(parametersOf(SEED + 1))
    const together = (seed: number) => [
      ...(trainFederated(homes, { ...training, seed }, mean)[0]?.parameters ?? []),
    ]
    expect(together(SEED)).to.deep.equal(together(SEED))
  })

  it('learns nothing of what comes later', () => {
    const own = trainOwn(home, training)
    const other = trainOwn(withLater(0), training)
    expect(other.scale).to.deep.equal(own.scale)
    expect([...other.parameters]).to.deep.equal([...own.parameters])
    const tuned = fineTune(own, home, training).parameters
    expect([...fineTune(own, withLater(9), training).parameters]).to.deep.equal([...tuned])
    expect([...tuned]).not.to.deep.equal([...own.parameters])
    const together = trainFederated(homes, training, mean)
    const others = trainFederated([withLater(5), ...homes.slice(1)], training, mean)
    expect(others.map(({ parameters }) => [...parameters])).to.deep.equal(
      together.map(({ parameters }) => [...parameters]),
    )
  })

  it('gives all homes one model, each with its own scale, and asks the rule', () => {
    let asked = 0
    const found = trainFederated(homes, training, (updates, options) => {
      asked += 1
      expect(options.numExamples).to.have.length(homes.length)
      return mean(updates, options)
    })
    expect(asked).to.be.above(1)
    expect(new Set(found.map(({ parameters }) => parameters)).size).to.equal(1)
    expect(new Set(found.map(({ scale }) => scale.mean)).size).to.equal(homes.length)
  })

  it('beats persistence where days are alike', () => {
    const span = [training.until, 12 * DAY] as const
    const measured = home.wh.subarray(...span)
    const maeOf = (forecast: Float64Array) => forecastErrors(forecast, measured).mae
    const own = maeOf(forecastSlots(trainOwn(home, training), home, ...span))
    expect(own).to.be.below(maeOf(persistenceForecast(home, 'last', 2, ...span)))
  })

  it('forecasts no slot by anything after the horizon before it', () => {
    const forecaster = trainOwn(home, training)
    const [from, until] = [training.until, 12 * DAY]
    const before = forecastSlots(forecaster, home, from, until)
    const changed = forecastSlots(forecaster, { ...home, wh: home.wh.with(from + 10, 9_999) }, from, until)
    expect([...changed.subarray(0, 12)]).to.deep.equal([...before.subarray(0, 12)])
    expect(changed[12]).not.to.equal(before[12])
  })

  it('forecasts nothing at a time of the day at which there was never anything', () => {
    const sun = { ...home, wh: home.wh.map((wh, hour) => (hour % 24 > 6 && hour % 24 < 18 ? wh : 0)) }
    const forecast = forecastSlots(trainOwn(sun, training), sun, training.until, training.until + DAY)
    expect([...forecast.subarray(0, 6), ...forecast.subarray(19)].every((wh) => wh === 0)).to.equal(true)
    expect(forecast[12]).to.be.above(0)
  })

  it('refuses readings that cannot be learnt from', () => {
    const faulty = (wh: number) => ({ ...home, wh: home.wh.with(5, wh) })
    expect(() => trainOwn(faulty(-1), training)).to.throw(ConfigError, 'wh[5]')
    expect(() => trainOwn(faulty(Number.NaN), training)).to.throw(ConfigError, 'wh[5]')
    expect(() => trainOwn({ ...home, slotSeconds: 1_000 }, training)).to.throw(
      ConfigError,
      'even part of a day',
    )
    expect(() => trainOwn(home, { ...training, until: 50 })).to.throw(ConfigError, 'until')
    expect(() => trainFederated([], training, mean)).to.throw(ConfigError)
  })
})
