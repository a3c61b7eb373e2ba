import { expect } from 'chai'
import fc from 'fast-check'
import type { Deal } from '../../agent/policy/deal.ts'
import {
  disputeFrom,
  isDue,
  isLastChance,
  refundFrom,
  reportFrom,
  windowEnd,
} from '../../agent/protocols/negotiation/timing.ts'
import { CLOCK_SKEW } from '../../protocol/limits.ts'
import { sampleDeal, states } from './support/deals.ts'

const ENDED = ['settled', 'refunded', 'cancelled', 'resolved', 'void']

/** A deal that was to be delivered from 1,000 to 2,000, with a deadline at 3,000 and a window of 400 seconds. */
function dealAt(state: Deal['state'], change: Partial<Deal> = {}): Deal {
  const { tab: _, ...deal } = sampleDeal({ role: 'seller', state })
  return {
    ...deal,
    agreement: { ...deal.agreement, expiry: 900n, deadline: 3_000n },
    conditions: { ...deal.conditions, start: 1_000n, end: 2_000n, window: 400n },
    delivery: {
      value: { agreement: deal.id, quantity: 1n, deliveredAt: 2_100n, evidence: '0x00' },
      signature: '0x',
    },
    report: { quantity: 1n, deliveredAt: 2_950n },
    ...change,
  }
}

describe('the window of a deal', () => {
  it('runs from the report, or from the end of the delivery when that is later', () => {
    const late = dealAt('reported')
    expect([disputeFrom(late), windowEnd(late)]).to.deep.equal([3_150n, 3_350n])
    const early = dealAt('reported', { report: { quantity: 1n, deliveredAt: 1_500n } })
    expect([disputeFrom(early), windowEnd(early)]).to.deep.equal([2_200n, 2_400n])
  })

  it('is used at once by who counted itself what came', () => {
    const counted = dealAt('reported', { tab: { answers: 1n, credit: 4 } })
    expect(disputeFrom(counted)).to.equal(2_950n)
  })

  it('leaves a buyer that looks when it is due time for a dispute, whenever the report came', () => {
    const uint = (max: bigint) => fc.bigInt({ min: 0n, max })
    fc.assert(
      fc.property(uint(10_000n), uint(10_000n), fc.bigInt({ min: 8n, max: 5_000n }), (look, at, window) => {
        const report = { quantity: 1n, deliveredAt: 2_000n + at }
        const deal = dealAt('reported', { role: 'buyer', report })
        const reported = {
          ...deal,
          agreement: { ...deal.agreement, deadline: 1_000_000n },
          conditions: { ...deal.conditions, window },
        }
        // The last look before the report saw nothing; those that follow come when they are due, and no sooner.
        let last = report.deliveredAt - (look % (window / 4n))
        while (last < disputeFrom(reported)) {
          let next = last + 1n
          while (!isDue({ ...reported, state: 'opened' }, next, last)) next += 1n
          last = next
        }
        expect(last <= windowEnd(reported)).to.equal(true)
      }),
      { numRuns: 20 },
    )
  })
})

describe('when a seller reports on chain', () => {
  it('is shortly before the deadline', () => {
    expect(reportFrom(dealAt('delivered'), 90n)).to.equal(2_910n)
  })

  it('is after half of the time when there is little', () => {
    expect(reportFrom(dealAt('delivered'), 800n)).to.equal(2_550n)
  })

  it('is not before the delivery begins', () => {
    const value = { agreement: '0x00', quantity: 1n, deliveredAt: 10n, evidence: '0x00' } as const
    const deal = dealAt('delivered', { delivery: { value, signature: '0x' } })
    const soon = { ...deal, conditions: { ...deal.conditions, start: 2_980n } }
    expect(reportFrom(soon, 90n)).to.equal(2_980n)
  })

  it('is at once when asking again might take too long', () => {
    expect(isLastChance(dealAt('delivered'), 2_970n)).to.equal(false)
    expect(isLastChance(dealAt('delivered'), 2_985n)).to.equal(true)
    expect(isLastChance(dealAt('delivered'), 3_000n)).to.equal(true)
    expect(isLastChance(dealAt('delivered'), 3_001n), 'the chain takes no report any more').to.equal(false)
  })
})

describe('when a deal is refunded', () => {
  it('is after the deadline, and a window later by a seller that has delivered', () => {
    expect(refundFrom(dealAt('opened'))).to.equal(3_001n)
    expect(refundFrom(dealAt('opened', { role: 'buyer' }))).to.equal(3_001n)
    expect(refundFrom(dealAt('delivered'))).to.equal(3_401n)
  })
})

describe('isDue', () => {
  const due = (deal: Deal, now: bigint, lastLook?: bigint) => isDue(deal, now, lastLook)
  const buyer = { role: 'buyer' } as const

  it('takes up an offer when even the next block is too late for it', () => {
    expect(due(dealAt('offered'), 900n + BigInt(CLOCK_SKEW))).to.equal(false)
    expect(due(dealAt('offered'), 901n + BigInt(CLOCK_SKEW))).to.equal(true)
    expect(due(dealAt('signed', buyer), 900n)).to.equal(false)
    expect(due(dealAt('signed'), 0n), 'the seller opens').to.equal(true)
  })

  it('leaves a seller alone that has not delivered, until the deadline', () => {
    expect(due(dealAt('opened'), 3_000n)).to.equal(false)
    expect(due(dealAt('opened'), 3_001n)).to.equal(true)
  })

  it('has a buyer look in every quarter of the window, and at once after a start', () => {
    for (const state of ['opened', 'reported'] as const) {
      const deal = dealAt(state, buyer)
      expect(due(deal, 2_000n), state).to.equal(true)
      expect(due(deal, 2_099n, 2_000n), state).to.equal(false)
      expect(due(deal, 2_100n, 2_000n), state).to.equal(true)
    }
  })

  it('has a seller go on asking while the window runs, and claim when it is over', () => {
    expect(due(dealAt('delivered'), 2_200n, 2_200n)).to.equal(true)
    expect(due(dealAt('reported'), 3_000n, 2_990n)).to.equal(false)
    expect(due(dealAt('reported'), 3_005n, 2_990n)).to.equal(true)
    expect(due(dealAt('reported'), 3_350n, 3_349n)).to.equal(false)
    expect(due(dealAt('reported'), 3_351n, 3_350n)).to.equal(true)
  })

  it('has a released deal settled by the seller, and seen to by the buyer after the deadline', () => {
    expect(due(dealAt('released'), 2_200n, 2_200n)).to.equal(true)
    expect(due(dealAt('released', buyer), 3_000n, 2_999n)).to.equal(false)
    expect(due(dealAt('released', buyer), 3_001n, 3_000n)).to.equal(true)
  })

  it('has a buyer look whether a seller that tells nothing has settled, and at once after a start', () => {
    expect(due(dealAt('released', buyer), 2_000n)).to.equal(true)
    expect(due(dealAt('released', buyer), 2_099n, 2_000n)).to.equal(false)
    expect(due(dealAt('released', buyer), 2_100n, 2_000n)).to.equal(true)
  })

  it('never forgets a deal that has not ended', () => {
    for (const state of states.filter((some) => !ENDED.includes(some))) {
      for (const role of ['buyer', 'seller'] as const) {
        expect(due(dealAt(state, { role }), 1_000_000n, 500_000n), `${state} ${role}`).to.equal(true)
      }
    }
  })
})
