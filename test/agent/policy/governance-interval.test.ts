import { expect } from 'chai'
import { governanceIntervalOf } from '../../../agent/policy/governance-interval.ts'
import { ConfigError } from '../../../protocol/errors.ts'
import { failure } from '../../protocol/support/failure.ts'

describe('governanceIntervalOf', () => {
  it('takes each bound, and ten seconds where nothing is said', () => {
    expect([undefined, 100, 600_000].map((interval) => governanceIntervalOf(interval))).to.deep.equal([
      10_000, 100, 600_000,
    ])
  })

  for (const interval of [99, 600_001, 150.5, Number.NaN, Number.POSITIVE_INFINITY, -10_000]) {
    it(`refuses ${interval}`, () => {
      const error = failure(() => governanceIntervalOf(interval))
      expect(error).to.be.instanceOf(ConfigError)
      expect(error).to.deep.include({
        code: 'GOVERNANCE_INTERVAL_INVALID',
        field: 'governanceInterval',
        received: interval,
        remedy: 'Choose one within these bounds, or leave it out for 10000.',
      })
    })
  }
})
