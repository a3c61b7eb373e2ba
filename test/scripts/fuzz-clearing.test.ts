import { expect } from 'chai'
import { fuzzClearing } from '../../scripts/fuzz-clearing.ts'
import { SEED } from '../seed.ts'

describe('fuzz-clearing', function () {
  this.timeout(60_000)

  it('finds the contract and its twin agree on random books, whatever price the contract is told', async () => {
    const report = await fuzzClearing(4000, SEED)
    expect(report.differences, `seed ${SEED}`).to.deep.equal([])
    expect(report.traded).to.be.greaterThan(1000)
    expect(report.withVoids).to.be.greaterThan(500)
    expect(report.hinted).to.be.within(400, 3600)
  })
})
