import { expect } from 'chai'
import { autoregression, forecast, laggedExamples } from '../../../../agent/learning/models/autoregression.ts'
import { sgd } from '../../../../agent/learning/models/optimisers.ts'
import { train } from '../../../../agent/learning/training/local.ts'
import { uniformDraws } from '../../../../agent/market/uniform-draws.ts'
import { ConfigError } from '../../../../protocol/errors.ts'

describe('autoregression', () => {
  it('learns from each value of a series with those before it, oldest first', () => {
    const { rows, inputs, targets } = laggedExamples(Float32Array.of(1, 2, 3, 4, 5), 3)
    expect(rows).to.equal(2)
    expect([...inputs]).to.deep.equal([1, 2, 3, 2, 3, 4])
    expect([...targets]).to.deep.equal([4, 5])
  })

  it('tells the next values from those that it has told', () => {
    // Twice the last less the one before: the series goes on as it went.
    const parameters = Float32Array.of(-1, 2, 0)
    expect([...forecast(autoregression(2), parameters, Float32Array.of(3, 5), 4)]).to.deep.equal([
      7, 9, 11, 13,
    ])
  })

  it('finds the rule that a series follows', () => {
    // A wave is such a series: x(t) = 2 cos(w) x(t - 1) - x(t - 2).
    const wave = (t: number) => Math.sin(0.7 * t)
    const series = Float32Array.from({ length: 200 }, (_, t) => wave(t))
    const model = autoregression(2)
    const local = { epochs: 60, batchSize: 10, optimiser: sgd(0.2) }
    const parameters = train(model, new Float32Array(3), laggedExamples(series, 2), local, uniformDraws(1))
    expect(parameters[0]).to.be.closeTo(-1, 1e-3)
    expect(parameters[1]).to.be.closeTo(2 * Math.cos(0.7), 1e-3)
    const told = forecast(model, parameters, series.slice(-2), 10)
    for (const [step, value] of told.entries()) expect(value).to.be.closeTo(wave(200 + step), 0.02)
  })

  it('refuses what it cannot look back at', () => {
    const series = Float32Array.of(1, 2, 3)
    for (const lags of [0, 3, 1.5]) expect(() => laggedExamples(series, lags)).to.throw(ConfigError, 'lags')
    expect(() => laggedExamples(series.with(1, Number.NaN), 1)).to.throw(ConfigError, 'series[1]')
    const [model, parameters] = [autoregression(2), new Float32Array(3)]
    expect(() => forecast(model, parameters, series, 1)).to.throw(ConfigError, 'history')
    expect(() => forecast(model, parameters, series.slice(1), 0)).to.throw(ConfigError, 'steps')
  })
})
