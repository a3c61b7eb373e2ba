import { expect } from 'chai'
import fc from 'fast-check'
import { bounded } from '../../web/format/strangers.ts'

/** Signs of all planes, halves of pairs too. */
const text = fc.array(fc.integer({ min: 0, max: 0x10ffff })).map((codes) => String.fromCodePoint(...codes))

describe('text of strangers', () => {
  it('is cut to its length, and never within a sign', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 50 }), (text, longest) => {
        const shown = [...bounded(text, longest)]
        expect(shown.length).to.be.at.most(longest + 1)
        if (shown.length === longest + 1) expect(shown.at(-1)).to.equal('…')
      }),
    )
  })

  it('loses signs that turn or hide what stands around them', () => {
    expect(bounded('pay \u202e0001 to\u200bme\n\u0000now')).to.equal('pay 0001 to me now')
  })

  it('says when it was not kept', () => {
    expect(bounded(null)).to.equal('too long to be kept')
  })
})
