import { expect } from 'chai'
import fc from 'fast-check'
import { advance, type DealState, hasEnded, isOpen } from '../../../agent/policy/deal.ts'
import { RefusedError } from '../../../protocol/errors.ts'
import { failure } from '../../protocol/support/failure.ts'
import * as arbitrary from '../support/deals.ts'
import { sampleDeal, states } from '../support/deals.ts'

/** Where a deal may go from each state, staying included. Nothing leads back, and nothing out of an ended one. */
const ALLOWED: Record<DealState, DealState[]> = {
  // The chain may be further than we know, so later states can come at once.
  offered: [
    'offered',
    'signed',
    'opened',
    'reported',
    'disputed',
    'settled',
    'refunded',
    'cancelled',
    'resolved',
    'void',
  ],
  signed: [
    'signed',
    'opened',
    'reported',
    'disputed',
    'settled',
    'refunded',
    'cancelled',
    'resolved',
    'void',
  ],
  // Money is in escrow: it cannot come to nothing any more.
  opened: [
    'opened',
    'delivered',
    'reported',
    'released',
    'disputed',
    'settled',
    'refunded',
    'cancelled',
    'resolved',
  ],
  delivered: [
    'delivered',
    'reported',
    'released',
    'disputed',
    'settled',
    'refunded',
    'cancelled',
    'resolved',
  ],
  reported: ['reported', 'released', 'disputed', 'settled', 'refunded', 'cancelled', 'resolved'],
  released: ['released', 'disputed', 'settled', 'refunded', 'cancelled', 'resolved'],
  // What is contested ends by a ruling or by the split.
  disputed: ['disputed', 'resolved'],
  settled: [],
  refunded: [],
  cancelled: [],
  resolved: [],
  void: [],
}
const ENDED: DealState[] = ['settled', 'refunded', 'cancelled', 'resolved', 'void']
const OPEN: DealState[] = ['opened', 'delivered', 'reported', 'released', 'disputed']

describe('deal', () => {
  for (const from of states) {
    for (const to of states) {
      const isAllowed = ALLOWED[from].includes(to)
      it(`${from} -> ${to} is ${isAllowed ? 'allowed' : 'forbidden'}`, () => {
        const deal = sampleDeal({ state: from, gasUsed: 1n })
        if (isAllowed) {
          expect(advance(deal, { state: to, gasUsed: 2n })).to.deep.equal({ ...deal, state: to, gasUsed: 2n })
          return
        }
        const error = failure(() => advance(deal, { state: to }))
        expect(error).to.be.instanceOf(RefusedError)
        expect(error).to.include({ code: 'TRANSITION_FORBIDDEN', field: 'state', received: to })
      })
    }
  }

  it('has no change without a new state either, once it has ended', () => {
    for (const state of ENDED) {
      const error = failure(() => advance(sampleDeal({ state }), { gasUsed: 1n }))
      expect(error, state).to.include({ code: 'TRANSITION_FORBIDDEN' })
    }
  })

  it('changes without a new state while it lives, and the old value stays as it was', () => {
    fc.assert(
      fc.property(arbitrary.deal, (deal) => {
        fc.pre(!ENDED.includes(deal.state))
        const before = structuredClone(deal)
        expect(advance(deal, { gasUsed: 77n })).to.deep.equal({ ...deal, gasUsed: 77n })
        expect(deal).to.deep.equal(before)
      }),
    )
  })

  it('has ended in five states, and has money in escrow in five others', () => {
    expect(states.filter((state) => hasEnded({ state }))).to.have.members(ENDED)
    expect(states.filter((state) => isOpen({ state }))).to.have.members(OPEN)
  })

  it('can always still end', () => {
    const reachesEnd = (state: DealState): boolean =>
      ENDED.includes(state) || ALLOWED[state].some((next) => next !== state && reachesEnd(next))
    expect(states.filter((state) => !reachesEnd(state))).to.deep.equal([])
  })
})
