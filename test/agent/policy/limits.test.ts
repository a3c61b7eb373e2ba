import { expect } from 'chai'
import fc from 'fast-check'
import type { Deal } from '../../../agent/policy/deal.ts'
import {
  checkCommitment,
  checkPolicy,
  defaultPolicy,
  policyFor,
  policyOf,
} from '../../../agent/policy/limits.ts'
import { ConfigError, RefusedError } from '../../../protocol/errors.ts'
import { costOf } from '../../../protocol/types.ts'
import { failure } from '../../protocol/support/failure.ts'
import * as arbitrary from '../support/deals.ts'
import { sampleDeal } from '../support/deals.ts'

/** A deal over a payment. */
function dealOver(payment: bigint, role: Deal['role']): Deal {
  const { agreement } = sampleDeal()
  return sampleDeal({
    role,
    state: 'signed',
    agreement: { ...agreement, quantity: payment, price: 1n, lot: 1n, relayFee: 0n },
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

  it('counts the fee of who submits a purchase', () => {
    const { agreement } = dealOver(90n, 'buyer')
    const relayed = (relayFee: bigint) =>
      failure(() => checkCommitment(policy, [], { role: 'buyer', agreement: { ...agreement, relayFee } }))
    expect(relayed(10n)).to.equal(undefined)
    expect(relayed(11n)).to.include({ code: 'SPENDING_LIMIT', received: 101n })
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
            .map(({ agreement }) => costOf(agreement))
          expect(payments.every((payment) => payment <= maxPayment)).to.equal(true)
          expect(payments.reduce((sum, payment) => sum + payment, 0n) <= maxCommitted).to.equal(true)
        },
      ),
    )
  })
})

describe('checkPolicy', () => {
  it('takes the default policy, and each bound', () => {
    expect(failure(() => checkPolicy(defaultPolicy))).to.equal(undefined)
    const widest = { own: 5_000n, least: 0n, most: 10_000n }
    const bounds = { offerLife: 300n, penaltyBps: widest, splitBps: widest }
    expect(failure(() => checkPolicy({ ...defaultPolicy, ...bounds }))).to.equal(undefined)
  })

  const faults: [string, Partial<typeof defaultPolicy>][] = [
    ['offerLife', { offerLife: 0n }],
    ['offerLife', { offerLife: 301n }],
    ['window', { window: { own: 59n, least: 60n, most: 100n } }],
    ['window', { window: { own: 101n, least: 60n, most: 100n } }],
    ['window', { window: { own: 60n, least: 60n, most: 3n * 24n * 3600n + 1n } }],
    ['penaltyBps', { penaltyBps: { own: 0n, least: -1n, most: 0n } }],
    ['splitBps', { splitBps: { own: 0n, least: 0n, most: 10_001n } }],
  ]
  for (const [field, change] of faults) {
    it(`refuses one whose offers nobody could accept: ${field} of ${Object.values(change).map(show).join()}`, () => {
      const error = failure(() => checkPolicy({ ...defaultPolicy, ...change }))
      expect(error).to.be.instanceOf(ConfigError)
      expect(error).to.include({ code: 'POLICY_INVALID', field: `policy.${field}` })
    })
  }
})

function show(value: unknown): string {
  return JSON.stringify(value, (_key, member) => (typeof member === 'bigint' ? Number(member) : member))
}

describe('policyOf', () => {
  it('takes from the owner what it says of a domain, and leaves the rest of it as it was', () => {
    const policy = policyOf({
      maxLiveDeals: 3,
      domains: { ride: { exposurePercent: 100n }, food: { minDuration: 5n } },
    })
    const { exposurePercent, window, maxLiveDeals } = policyFor(policy, 'ride')
    expect({ exposurePercent, window: window.own, maxLiveDeals }).to.deep.equal({
      exposurePercent: 100n,
      window: 600n,
      maxLiveDeals: 3,
    })
    expect(policyFor(policy, 'food')).to.deep.include({ minDuration: 5n, window: defaultPolicy.window })
    expect(policyFor(policy, 'constructor').window).to.equal(defaultPolicy.window)
  })

  it('is held against its bounds in every domain', () => {
    const lateBps = { own: 3_000n, least: 0n, most: 5_000n }
    expect(failure(() => checkPolicy(policyOf({ domains: { ride: { lateBps } } })))).to.include({
      code: 'POLICY_INVALID',
      field: 'policy.domains.ride.lateBps',
    })
  })
})
