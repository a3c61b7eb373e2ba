import { expect } from 'chai'
import fc from 'fast-check'
import { totalsOf } from '../../../agent/policy/totals.ts'
import { shareOf } from '../../../protocol/types.ts'
import * as arbitrary from '../support/deals.ts'
import { sampleDeal } from '../support/deals.ts'

/** Any agreement with a fee that a contract could have, 10 percent at most. */
const deals = fc.array(
  arbitrary.deal.map((deal) => ({
    ...deal,
    agreement: { ...deal.agreement, feeBps: deal.agreement.feeBps % 1001n },
  })),
  { maxLength: 12 },
)

describe('totalsOf', () => {
  it('agrees between both sides: paid = received + fees, bought = sold', () => {
    fc.assert(
      fc.property(deals, (all) => {
        const buyer = totalsOf(all.map((deal) => ({ ...deal, role: 'buyer' as const })))
        const seller = totalsOf(all.map((deal) => ({ ...deal, role: 'seller' as const })))
        expect(buyer.paid).to.equal(seller.received + seller.fees)
        expect(buyer.bought).to.equal(seller.sold)
        expect([buyer.received, buyer.fees, buyer.sold]).to.deep.equal([0n, 0n, 0n])
        expect([seller.paid, seller.bought]).to.deep.equal([0n, 0n])
        for (const key of [
          'settled',
          'refunded',
          'cancelled',
          'resolved',
          'open',
          'gasUsed',
          'maxRounds',
        ] as const) {
          expect(buyer[key], key).to.equal(seller[key])
        }
      }),
    )
  })

  it('is the sum of the parts, however the deals are split', () => {
    fc.assert(
      fc.property(deals, deals, (some, others) => {
        const [a, b, all] = [totalsOf(some), totalsOf(others), totalsOf([...some, ...others])]
        for (const key of ['bought', 'sold', 'paid', 'received', 'fees', 'gasUsed'] as const) {
          expect(all[key], key).to.equal(a[key] + b[key])
        }
        for (const key of ['settled', 'refunded', 'cancelled', 'resolved', 'open'] as const) {
          expect(all[key], key).to.equal(a[key] + b[key])
        }
        expect(all.maxRounds).to.equal(Math.max(a.maxRounds, b.maxRounds))
      }),
    )
  })

  it('counts every deal once: settled, refunded, open, or neither yet nor any more', () => {
    const count = (state: Parameters<typeof sampleDeal>[0]) => {
      const { settled, refunded, cancelled, resolved, open } = totalsOf([sampleDeal(state)])
      return { settled, refunded, cancelled, resolved, open }
    }
    const none = { settled: 0, refunded: 0, cancelled: 0, resolved: 0, open: 0 }
    expect(count({ state: 'offered' })).to.deep.equal(none)
    for (const state of ['signed', 'opened', 'delivered', 'reported', 'released', 'disputed'] as const) {
      expect(count({ state }), state).to.deep.equal({ ...none, open: 1 })
    }
    for (const state of ['settled', 'refunded', 'cancelled', 'resolved'] as const) {
      expect(count({ state }), state).to.deep.equal({ ...none, [state]: 1 })
    }
    expect(count({ state: 'void' })).to.deep.equal(none)
  })

  it('counts what came of deals that have ended, not what was agreed, and the gas of all', () => {
    const deal = sampleDeal({ role: 'seller', gasUsed: 5n })
    const agreement = { ...deal.agreement, quantity: 250n, price: 190_000n, lot: 1000n, feeBps: 25n }
    const terms = { ...deal.terms, round: 3n }
    const outcome = { quantity: 240n, paid: 45_600n }
    const settled = totalsOf([
      { ...deal, agreement, terms, outcome, state: 'settled' },
      { ...deal, outcome: { quantity: 0n, paid: 0n }, state: 'refunded' },
    ])
    expect(settled).to.deep.include({ sold: 240n, fees: 114n, received: 45_486n, gasUsed: 10n, maxRounds: 3 })
    expect(settled.received + shareOf(45_600n, 25n)).to.equal(45_600n)
    expect(totalsOf([{ ...deal, agreement, outcome, state: 'released' }])).to.deep.include({
      sold: 0n,
      received: 0n,
    })
  })
})
