import { expect } from 'chai'
import {
  forecastErrors,
  persistenceForecast,
  skillScore,
  spreadOf,
} from '../../../../agent/learning/forecasting/index.ts'
import { ConfigError } from '../../../../protocol/errors.ts'
import { HOURLY } from './series.ts'

describe('persistence', () => {
  const wh = Float64Array.from({ length: 30 }, (_, hour) => hour)
  const series = { start: 0, slotSeconds: HOURLY, wh }

  it('is the latest reading that is known, or the one of a day before', () => {
    expect([...persistenceForecast(series, 'last', 2, 24, 27)]).to.deep.equal([22, 23, 24])
    expect([...persistenceForecast(series, 'yesterday', 2, 24, 27)]).to.deep.equal([0, 1, 2])
    expect([...persistenceForecast(series, 'last', 2, 30, 32)]).to.deep.equal([28, 29])
  })

  it('takes no reading that is not known by then, or not there', () => {
    expect(() => persistenceForecast(series, 'yesterday', 2, 23, 24)).to.throw(ConfigError, 'at least 24')
    expect(() => persistenceForecast(series, 'last', 2, 30, 33)).to.throw(ConfigError, 'at most 32')
    expect(() => persistenceForecast(series, 'yesterday', 25, 26, 27)).to.throw(ConfigError, 'horizon')
  })
})

describe('errors of forecasts', () => {
  it('are those of a calculation by hand', () => {
    const { mae, rmse } = forecastErrors(Float64Array.of(3, 0), Float64Array.of(0, 4))
    expect(mae).to.equal(3.5)
    expect(rmse).to.be.closeTo(Math.sqrt(12.5), 1e-12)
  })

  it('are of forecasts that are as many as the readings, and numbers', () => {
    expect(() => forecastErrors(Float64Array.of(1), Float64Array.of(1, 2))).to.throw(ConfigError, '2 values')
    expect(() => forecastErrors(new Float64Array(), new Float64Array())).to.throw(ConfigError, '1 values')
    expect(() => forecastErrors(Float64Array.of(Number.NaN), Float64Array.of(1))).to.throw(
      ConfigError,
      'forecast[0]',
    )
  })

  it('have a skill against a reference', () => {
    expect([skillScore(0, 4), skillScore(3, 4), skillScore(5, 4)]).to.deep.equal([1, 0.25, -0.25])
    expect([skillScore(0, 0), skillScore(1, 0)]).to.deep.equal([0, Number.NEGATIVE_INFINITY])
  })

  it('have a spread', () => {
    expect(spreadOf([1, 2, 6])).to.deep.equal({ mean: 3, deviation: Math.sqrt(7), least: 1, most: 6 })
    expect(spreadOf([5]).deviation).to.equal(0)
    expect(() => spreadOf([])).to.throw(ConfigError, 'at least one')
  })
})
