import { expect } from 'chai'
import fc from 'fast-check'
import { size } from 'viem'
import { packAgreement, unpackAgreement } from '../../protocol/packed-agreement.ts'
import * as arbitrary from './support/arbitraries.ts'

describe('packed agreement', () => {
  it('is ten words, which say all of the agreement', () => {
    fc.assert(
      fc.property(arbitrary.agreement, (agreement) => {
        const words = packAgreement(agreement)
        expect(words.map(size)).to.deep.equal(Array(10).fill(32))
        expect(unpackAgreement(words)).to.deep.equal(agreement)
      }),
    )
  })

  it('refuses a member that does not fit its place', () => {
    const [agreement] = fc.sample(arbitrary.agreement, { numRuns: 1, seed: 7 })
    if (agreement === undefined) throw new Error('nothing was drawn')
    expect(() => packAgreement({ ...agreement, exposure: 2n ** 96n })).to.throw('not in safe')
    expect(() => packAgreement({ ...agreement, quantity: -1n })).to.throw('not in safe')
  })
})
