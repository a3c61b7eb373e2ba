import { expect } from 'chai'
import fc from 'fast-check'
import type { SlotSummary } from '../../../web/views/energy/model.ts'
import { NIGHTS, quietOf } from '../../../web/views/energy/quiet.ts'

/** Quarters of an hour, counted back from 22:30 UTC of 8 March 2021. */
const slot = (back: number, draft: Partial<SlotSummary> = {}): SlotSummary => {
  const end = 1_615_242_600 - 900 * back
  return {
    ...{ key: String(end), start: String(end - 900), end: String(end), status: undefined },
    ...{ wished: 100n, offered: undefined, traded: 0n, ...draft },
  }
}

describe('why nothing is traded', () => {
  it('is said of slots in which homes bargain, but the newest and the earliest', () => {
    expect(quietOf([slot(0), slot(1), slot(2), slot(3)])).to.equal(
      `Nothing was traded in 21:45–22:15 UTC, though 200 Wh were wished for: nobody sold. ${NIGHTS}`,
    )
    expect(quietOf([slot(0), slot(1)])).to.equal(undefined)
    expect(quietOf([])).to.equal(undefined)
  })

  it('is said back to the last slot in which something was', () => {
    const slots = [slot(0), slot(1), slot(2, { traded: 5n }), slot(3), slot(4)]
    expect(quietOf(slots)).to.match(/^Nothing was traded in 22:00–22:15 UTC, though 100 Wh /)
    expect(quietOf([slot(0), slot(1, { traded: 1n }), slot(2), slot(3)])).to.equal(undefined)
  })

  it('is told apart by what a clearing house was asked and offered, once it is over', () => {
    const cleared = (draft: Partial<SlotSummary>) => slot(1, { status: 'cleared', ...draft })
    const open = slot(0, { status: 'open' })
    expect(quietOf([open])).to.equal(undefined)
    expect(quietOf([open, cleared({ offered: 50n })])).to.match(
      /100 Wh .*: what was offered was dearer than anybody would pay\.$/,
    )
    expect(quietOf([open, cleared({ offered: 0n })])).to.match(/nobody sold/)
    expect(quietOf([open, cleared({ wished: 0n, offered: 50n })])).to.match(/: nobody wished for energy\.$/)
    expect(quietOf([open, slot(1, { status: 'lapsed', offered: 0n })])).to.match(/nobody sold/)
  })

  it('is never said where the last slots that are over had trades', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 1n, max: 9n }), { minLength: 1 }), (traded) => {
        const slots = traded.map((wh, back) => slot(back, { traded: wh, status: 'cleared' }))
        expect(quietOf(slots)).to.equal(undefined)
      }),
    )
  })
})
