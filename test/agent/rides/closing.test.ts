import { expect } from 'chai'
import fc from 'fast-check'
import { closing } from '../../../agent/rides/ride-request.ts'

describe('closing', () => {
  it('has all auctions that begin within a period end together, after half of one at least, in a second phase of half', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 40), fc.integer({ min: 1, max: 300_000 }), (now, half) => {
        const { refineIn, closeIn } = closing(now, 2 * half)
        expect((now + closeIn) % (2 * half)).to.equal(0)
        expect(closeIn).to.be.within(half, 3 * half)
        expect(closeIn - refineIn).to.equal(half)
        expect(refineIn).to.be.at.least(0)
      }),
    )
  })
})
