import { expect } from 'chai'
import fc from 'fast-check'
import type { Deal } from '../../../agent/policy/deal.ts'
import { checkCommitment, defaultPolicy } from '../../../agent/policy/limits.ts'
import { RefusedError } from '../../../protocol/errors.ts'
import { paymentOf } from '../../../protocol/types.ts'
import { failure } from '../../protocol/support/failure.ts'
import * as arbitrary from '../support/deals.ts'
import { sampleDeal } from '../support/deals.ts'

/** A deal over a payment. */
function dealOver(payment: bigint, role: Deal['role']): Deal {
  const { agreement } = sampleDeal()
  return sampleDeal({
    role,
    state: 'signed',
    agreement: { ...agreement, quantity: payment, price: 1n, lot: 1n },
  })
}

const policy = { ...defaultPolicy, maxPayment: 100n, maxCommitted: 250n, maxLiveDeals: 4 }

describe('checkCommitment', () => {
  it('allows what reaches each limit, and no minor unit more', () => {
    const live = [dealOver(100n, 'buyer'), dealOver(60n, 'buyer')]
    expect(failure(() => checkCommitment(policy, live, dealOver(90n, 'buyer')))).to.equal(undefined)
    expect(failure(() => checkCommitment(policy, [], dealOver(100n, 'buyer')))).to.equal(undefined)

    const tooDear = failure(() => checkCommitment(policy, [], dealOver(101n, 'buyer')))
    expect(tooDear).to.be.instanceOf(RefusedError).that.includes({
      code: 'SPENDING_LIMIT',
      field: 'policy.maxPayment',
      expected: 'at most 100',
      received: 101n,
    })
    const tooMuch = failure(() => checkCommitment(policy, live, dealOver(91n, 'buyer')))
    expect(tooMuch).to.be.instanceOf(RefusedError).that.includes({
      code: 'SPENDING_LIMIT',
      field: 'policy.maxCommitted',
      expected: 'at most 250',
      received: 251n,
    })
    expect([tooDear?.remedy, tooMuch?.remedy]).to.satisfy((all: string[]) =>
      all.every((text) => text.length > 0),
    )
  })

  it('bounds the number of live deals of a seller too, and nothing else of it', () => {
    const live = [1n, 2n, 3n].map((payment) => dealOver(payment, 'seller'))
    const large = dealOver(10n ** 12n, 'seller')
    expect(failure(() => checkCommitment(policy, live, large))).to.equal(undefined)
    expect(failure(() => checkCommitment(policy, [...live, large], dealOver(1n, 'seller'))))
      .to.be.instanceOf(RefusedError)
      .that.includes({
        code: 'TOO_MANY_DEALS',
        field: 'policy.maxLiveDeals',
        expected: 'fewer than 4',
        received: 4,
      })
  })

  it('counts what the agent buys alone, not what it sells', () => {
    const live = [dealOver(10n ** 12n, 'seller'), dealOver(200n, 'buyer')]
    expect(failure(() => checkCommitment(policy, live, dealOver(50n, 'buyer')))).to.equal(undefined)
    expect(failure(() => checkCommitment(policy, live, dealOver(51n, 'buyer')))?.received).to.equal(251n)
  })

  it('never lets purchases exceed the limit together, in whatever order they come', () => {
    const bound = fc.bigInt({ min: 0n, max: 2n ** 130n })
    fc.assert(
      fc.property(
        fc.array(arbitrary.deal, { maxLength: 8 }),
        bound,
        bound,
        (deals, maxPayment, maxCommitted) => {
          const live: Deal[] = []
          for (const deal of deals) {
            const limits = { ...defaultPolicy, maxPayment, maxCommitted }
            if (failure(() => checkCommitment(limits, live, deal)) === undefined) live.push(deal)
          }
          const payments = live
            .filter(({ role }) => role === 'buyer')
            .map(({ agreement }) => paymentOf(agreement))
          expect(payments.every((payment) => payment <= maxPayment)).to.equal(true)
          expect(payments.reduce((sum, payment) => sum + payment, 0n) <= maxCommitted).to.equal(true)
        },
      ),
    )
  })
})
