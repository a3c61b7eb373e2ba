import { expect } from 'chai'
import fc from 'fast-check'
import { totalsOf } from '../../../agent/policy/totals.ts'
import { feeOf, paymentOf } from '../../../protocol/types.ts'
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
        for (const key of ['settled', 'refunded', 'open', 'gasUsed', 'maxRounds'] as const) {
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
        for (const key of ['settled', 'refunded', 'open'] as const) {
          expect(all[key], key).to.equal(a[key] + b[key])
        }
        expect(all.maxRounds).to.equal(Math.max(a.maxRounds, b.maxRounds))
      }),
    )
  })

  it('counts every deal once: settled, refunded, open, or neither yet nor any more', () => {
    const count = (state: Parameters<typeof sampleDeal>[0]) => {
      const { settled, refunded, open } = totalsOf([sampleDeal(state)])
      return { settled, refunded, open }
    }
    const none = { settled: 0, refunded: 0, open: 0 }
    expect(count({ state: 'offered' })).to.deep.equal(none)
    for (const state of ['signed', 'opened', 'delivered', 'released'] as const) {
      expect(count({ state }), state).to.deep.equal({ ...none, open: 1 })
    }
    expect(count({ state: 'settled' })).to.deep.equal({ ...none, settled: 1 })
    expect(count({ state: 'refunded' })).to.deep.equal({ ...none, refunded: 1 })
    expect(count({ state: 'void' })).to.deep.equal(none)
  })

  it('moves money in settled deals alone, and counts the gas of all', () => {
    const deal = sampleDeal({ role: 'seller', gasUsed: 5n })
    const agreement = { ...deal.agreement, quantity: 250n, price: 190_000n, lot: 1000n, feeBps: 25n }
    const terms = { ...deal.terms, round: 3n }
    const settled = totalsOf([
      { ...deal, agreement, terms, state: 'settled' },
      { ...deal, state: 'refunded' },
    ])
    expect(settled).to.deep.include({ sold: 250n, fees: 118n, received: 47_382n, gasUsed: 10n, maxRounds: 3 })
    expect(settled.received + feeOf(agreement)).to.equal(paymentOf(agreement))
    expect(totalsOf([{ ...deal, agreement, state: 'released' }])).to.deep.include({ sold: 0n, received: 0n })
  })
})
