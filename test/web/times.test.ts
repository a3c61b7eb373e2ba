import { expect } from 'chai'
import fc from 'fast-check'
import { slotOf, timeOfDay, utc } from '../../web/format/times.ts'

/** What an intent may say of its start and end, whoever made it. */
const second = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String)

describe('times as strangers name them', () => {
  it('are shown, and never end the view that shows them', () => {
    fc.assert(
      fc.property(second, second, (start, end) => {
        expect(slotOf(start, end)).to.be.a('string')
        expect(utc(end)).to.be.a('string')
      }),
    )
    expect(slotOf('1615184100', String(2n ** 64n - 1n))).to.equal('06:15–second 18446744073709551615 UTC')
    expect(utc(String(2n ** 63n))).to.equal('second 9223372036854775808')
    expect(timeOfDay('tomorrow')).to.equal('–')
  })

  it('are dates where there is one', () => {
    expect(slotOf('1615184100', '1615185000')).to.equal('06:15–06:30 UTC')
    expect(utc('1615184100')).to.equal('8 Mar 2021, 06:15 UTC')
  })
})
