import { expect } from 'chai'
import { likelyNet, rootErrors } from '../../../../agent/learning/forecasting/index.ts'
import { ConfigError } from '../../../../protocol/errors.ts'
import { HOURLY } from './series.ts'

describe('what a home may lack', () => {
  const none = new Float64Array(24)
  const errors = { slotSeconds: HOURLY, first: 0, load: none, pv: none }

  it('is the forecast where there were no errors', () => {
    expect(likelyNet({ loadWh: 300, pvWh: 120 }, errors, 30, 3)).to.deep.equal([180, 180, 180])
  })

  it('comes of the errors about the same time of the day, on roots, load and generation together', () => {
    const load = Float64Array.from({ length: 24 }, (_, hour) => [-1, 0, 2][hour - 11] ?? 99)
    const pv = Float64Array.from({ length: 24 }, (_, hour) => (hour === 13 ? 1 : 0))
    // At noon: 9², 10² and 12² Wh of load, the last with 3² instead of 2² of generation. Two hours away nothing counts.
    expect(likelyNet({ loadWh: 100, pvWh: 4 }, { ...errors, load, pv }, 36, 3)).to.deep.equal([77, 96, 135])
  })

  it('reaches over midnight', () => {
    const load = new Float64Array(24).with(23, 1)
    expect(likelyNet({ loadWh: 0, pvWh: 0 }, { ...errors, load }, 48, 3)).to.deep.equal([0, 0, 1])
  })

  it('has errors of roots of both', () => {
    expect([...rootErrors(Float64Array.of(100, 0), Float64Array.of(121, 4))]).to.deep.equal([1, 2])
    expect(() => rootErrors(Float64Array.of(1), new Float64Array())).to.throw(ConfigError)
    expect(() => likelyNet({ loadWh: 1, pvWh: 1 }, { ...errors, pv: Float64Array.of(1) }, 0, 3)).to.throw(
      ConfigError,
    )
    expect(() => likelyNet({ loadWh: 1, pvWh: 1 }, errors, 0, 0)).to.throw(ConfigError, 'count')
  })
})
