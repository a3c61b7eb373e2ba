import { expect } from 'chai'
import { limitedReport } from '../../../agent/protocols/limited-report.ts'
import { RefusedError } from '../../../protocol/errors.ts'

describe('limitedReport', () => {
  it('tells of each kind of fault only so often, and of others all the same', () => {
    let now = 0
    const told: unknown[] = []
    const report = limitedReport(
      (error) => told.push(error),
      () => now,
    )
    const [first, second] = ['OFFER_REPLAYED', 'CHANNEL_CLOSED'].map((code) => new RefusedError(code, 'no'))
    for (let count = 0; count < 1_000; count++) report(first)
    expect(told).to.have.length(30)
    report(second)
    expect(told.at(-1)).to.equal(second)
    now += 60_000
    for (let count = 0; count < 1_000; count++) report(first)
    expect(told, 'a minute later').to.have.length(61)
  })
})
