import { expect } from 'chai'
import fc from 'fast-check'
import {
  type Conduct,
  decayed,
  type Evidence,
  HALF_LIFE,
  NO_EVIDENCE,
  observationsOf,
  observed,
  PRIOR_WEIGHT,
  reputationOf,
} from '../../../agent/policy/reputation.ts'
import { sampleDeal } from '../support/deals.ts'

const ONE = 10n ** 18n
const newcomer = { agentId: 7n, score: ONE / 2n, feedbacks: 0 }
const stranger = { agentId: 0n, score: 0n, feedbacks: 0 }
const TOKEN = BigInt(PRIOR_WEIGHT)
const NOW = 1_700_000_000

const amount = fc.double({ min: 0, max: 1e18, noNaN: true })
const evidence: fc.Arbitrary<Evidence> = fc.record({ good: amount, bad: amount, at: fc.nat(NOW) })
const standing = fc.record({
  agentId: fc.bigInt(0n, 3n),
  score: fc.bigInt(0n, ONE),
  feedbacks: fc.nat(1_000_000),
})
const conduct = fc.constantFrom<Conduct>('settled', 'failed', 'silent', 'refused', 'lied')

function reputationAfter(...seen: [Conduct, bigint][]): number {
  const sum = seen.reduce((known, [how, value]) => observed(known, how, value, NOW), NO_EVIDENCE)
  return reputationOf(sum, newcomer)
}

describe('reputation', () => {
  it('is a number from 0 to 1, whatever was seen and whatever the chain says', () => {
    fc.assert(
      fc.property(evidence, standing, (seen, chain) => {
        expect(reputationOf(seen, chain)).to.be.within(0, 1)
      }),
    )
  })

  it('is one half for a newcomer with an agent, and less for a key that anybody can make', () => {
    expect(reputationOf(NO_EVIDENCE, newcomer)).to.equal(0.5)
    expect(reputationOf(NO_EVIDENCE, stranger)).to.equal(0.2)
  })

  it('stands half-way between what the chain says and 1 once one token was settled', () => {
    expect(reputationAfter(['settled', TOKEN])).to.equal(0.75)
  })

  it('grows with what was settled, and falls with every other conduct, the more, the graver', () => {
    const graver: Conduct[] = ['settled', 'silent', 'refused', 'failed', 'lied']
    const values = graver.map((how) => reputationAfter([how, TOKEN]))
    expect(values).to.deep.equal([...values].sort((a, b) => b - a))
    expect(values[0]).to.be.above(0.5)
    expect(values[1]).to.be.below(0.5)
    fc.assert(
      fc.property(evidence, standing, conduct, fc.bigInt(1n, 10n ** 12n), (seen, chain, how, value) => {
        const before = reputationOf(decayed(seen, NOW), chain)
        const then = reputationOf(observed(seen, how, value, NOW), chain)
        if (how === 'settled') expect(then).to.be.at.least(before - 1e-12)
        else expect(then).to.be.at.most(before + 1e-12)
      }),
    )
  })

  it('is not bought by many small deals for one large betrayal', () => {
    const small = Array.from({ length: 100 }, () => ['settled', TOKEN / 100n] as [Conduct, bigint])
    expect(reputationAfter(...small)).to.be.closeTo(0.75, 1e-9)
    expect(reputationAfter(...small, ['failed', 10n * TOKEN])).to.be.below(0.2)
  })

  it('remembers a lie about nothing as one about a token', () => {
    expect(reputationAfter(['lied', 0n])).to.equal(reputationAfter(['lied', TOKEN]))
    expect(reputationAfter(['lied', 0n])).to.be.below(0.2)
  })

  it('forgets half in a half-life, and nothing when a clock goes back', () => {
    const seen = observed(NO_EVIDENCE, 'failed', TOKEN, NOW)
    expect(decayed(seen, NOW + HALF_LIFE).bad).to.be.closeTo(PRIOR_WEIGHT / 2, 1e-6)
    expect(decayed(seen, NOW - HALF_LIFE)).to.deep.equal(seen)
    expect(reputationOf(decayed(seen, NOW + 100 * HALF_LIFE), newcomer)).to.be.closeTo(0.5, 1e-9)
  })

  it('decays alike in one step and in many', () => {
    fc.assert(
      fc.property(evidence, fc.array(fc.nat(1e7), { maxLength: 20 }), (seen, steps) => {
        let now = NOW
        let stepwise = decayed(seen, now)
        for (const step of steps) {
          now += step
          stepwise = decayed(stepwise, now)
        }
        expect(stepwise.bad).to.be.closeTo(decayed(seen, now).bad, 1e-9 * (1 + seen.bad))
      }),
    )
  })

  it('leans on the chain the more, the more feedback there is, up to ten tokens', () => {
    const bad = observed(NO_EVIDENCE, 'failed', TOKEN, NOW)
    const said = (feedbacks: number) => reputationOf(bad, { agentId: 7n, score: ONE, feedbacks })
    expect(said(0)).to.equal(0.5)
    expect(said(4)).to.be.above(said(0))
    expect(said(9)).to.be.closeTo(10 / 11, 1e-12)
    expect(said(1_000), 'no score drowns what one saw').to.equal(said(9))
  })
})

describe('what a deal says about its other side', () => {
  const agreement = { ...sampleDeal().agreement, quantity: 100n, price: 10_000n, lot: 1000n }
  const of = (wanted: Parameters<typeof sampleDeal>[0]) => {
    const {
      report: _report,
      release: _release,
      outcome: _outcome,
      ...deal
    } = sampleDeal({ ...wanted, agreement })
    return observationsOf({ ...deal, ...wanted, agreement })
  }
  const outcome = (paid: bigint) => ({ quantity: 1n, paid })
  const { buyer, seller } = agreement

  it('is good of a seller that delivered, for what it was paid, and bad for what it did not', () => {
    expect(of({ role: 'buyer', state: 'settled', outcome: outcome(1000n) })).to.deep.equal([
      { agent: seller, conduct: 'settled', value: 1000n },
    ])
    expect(of({ role: 'buyer', state: 'settled', outcome: outcome(700n) })).to.deep.equal([
      { agent: seller, conduct: 'settled', value: 700n },
      { agent: seller, conduct: 'failed', value: 300n },
    ])
  })

  it('is bad of a seller that did not deliver, or not what an arbitrator would pay for in full', () => {
    const failed = [{ agent: seller, conduct: 'failed', value: 1000n }]
    expect(of({ role: 'buyer', state: 'refunded', outcome: outcome(0n) })).to.deep.equal(failed)
    expect(of({ role: 'buyer', state: 'resolved', outcome: outcome(500n) })).to.deep.equal(failed)
    expect(of({ role: 'buyer', state: 'resolved', outcome: outcome(1000n) })[0]?.conduct).to.equal('settled')
  })

  it('is good of a buyer that released, and bad of one that was silent, or contested what was good', () => {
    const release = sampleDeal().release ?? undefined
    const report = { quantity: 100n, deliveredAt: 1n }
    const settled = { role: 'seller', state: 'settled', outcome: outcome(1000n) } as const
    expect(of(settled)).to.deep.equal([{ agent: buyer, conduct: 'settled', value: 1000n }])
    expect(of({ ...settled, report })).to.deep.equal([{ agent: buyer, conduct: 'silent', value: 1000n }])
    if (release !== undefined) expect(of({ ...settled, report, release })[0]?.conduct).to.equal('settled')
    const resolved = { role: 'seller', state: 'resolved' } as const
    expect(of({ ...resolved, outcome: outcome(1000n) })[0]?.conduct).to.equal('refused')
    expect(of({ ...resolved, outcome: outcome(0n) })).to.deep.equal([])
  })

  it('is nothing where it does not tell whose fault it was, and before the end', () => {
    for (const role of ['buyer', 'seller'] as const) {
      for (const state of [
        'offered',
        'signed',
        'opened',
        'delivered',
        'disputed',
        'cancelled',
        'void',
      ] as const) {
        expect(of({ role, state })).to.deep.equal([])
      }
    }
    expect(of({ role: 'seller', state: 'refunded', outcome: outcome(0n) })).to.deep.equal([])
  })
})
