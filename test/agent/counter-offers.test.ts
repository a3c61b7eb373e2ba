import { expect } from 'chai'
import type { Binding } from '../../agent/chain/actions/identity-registry.ts'
import { defaultPolicy } from '../../agent/policy/limits.ts'
import type { Negotiated, Payer } from '../../agent/protocols/negotiation/offers.ts'
import { hashTerms } from '../../protocol/eip712.ts'
import { MAX_ROUNDS } from '../../protocol/limits.ts'
import { bob, carol, NOW } from './support/intents.ts'
import {
  type Answered,
  DEADLINE,
  END,
  negotiatedAbout,
  offerOf,
  proposal,
  refusal,
  UNBOUND,
  withConditions,
} from './support/offers.ts'

describe('offers', () => {
  describe('in later rounds', () => {
    /** A chain of offers, as two agents would have made them. */
    function rounds(negotiated: Negotiated, count: number): Answered {
      let last = offerOf(negotiated, proposal)
      for (let round = 2; round <= count; round++) last = offerOf(negotiated, proposal, last)
      return last
    }

    it('must answer the last offer, not the intent, an older offer, or none', () => {
      const negotiated = negotiatedAbout('buy')
      const first = offerOf(negotiated, proposal)
      const second = offerOf(negotiated, proposal, first)
      const third = offerOf(negotiated, proposal, second)
      expect(refusal(negotiated, third.offer, second)).to.equal(undefined)
      for (const answered of [first, third, undefined]) {
        const error = refusal(negotiated, third.offer, answered)
        expect(error).to.include({ code: 'OFFER_MISMATCH', field: 'terms.previous' })
      }
    })

    it('must count their rounds', () => {
      const negotiated = negotiatedAbout('buy')
      const second = rounds(negotiated, 2)
      const { offer } = offerOf(negotiated, proposal, second)
      for (const round of [2n, 4n]) {
        const terms = { ...offer.terms, round }
        const agreement = { ...offer.agreement, termsHash: hashTerms(terms) }
        const error = refusal(negotiated, { ...offer, terms, agreement }, second)
        expect(error).to.include({
          code: 'OFFER_MISMATCH',
          field: 'terms.round',
          expected: 3n,
          received: round,
        })
      }
    })

    it('must keep the deadline: a buyer that drew it near would have its money back before the delivery', () => {
      const negotiated = negotiatedAbout('buy')
      const first = offerOf(negotiated, proposal)
      const { offer } = offerOf(negotiated, proposal, first)
      for (const deadline of [END + 1n, DEADLINE - 1n, DEADLINE + 1n]) {
        const error = refusal(negotiated, { ...offer, agreement: { ...offer.agreement, deadline } }, first)
        expect(error).to.include({
          code: 'OFFER_MISMATCH',
          field: 'agreement.deadline',
          expected: DEADLINE,
          received: deadline,
        })
      }
    })

    it('must keep penalty and conditions, which the first offer was made for', () => {
      const negotiated = negotiatedAbout('buy')
      const first = offerOf(negotiated, proposal)
      const { offer } = offerOf(negotiated, proposal, first)
      const agreement = { ...offer.agreement, penaltyBps: offer.agreement.penaltyBps + 1n }
      expect(refusal(negotiated, { ...offer, agreement }, first)).to.include({
        code: 'OFFER_MISMATCH',
        field: 'agreement.penaltyBps',
      })
      const changed = withConditions(offer, { window: offer.conditions.window + 1n })
      expect(refusal(negotiated, changed, first)).to.include({
        code: 'OFFER_MISMATCH',
        field: 'agreement.conditions',
      })
    })

    it('keep those of a first offer that another policy made', () => {
      const window = { own: 1_234n, least: 60n, most: 3_600n }
      const penaltyBps = { own: 777n, least: 0n, most: 2_000n }
      const other = { ...negotiatedAbout('buy'), policy: { ...defaultPolicy, window, penaltyBps } }
      const first = offerOf(other, proposal)
      const { offer } = offerOf(negotiatedAbout('buy'), proposal, first)
      expect(offer.conditions.window).to.equal(1_234n)
      expect(offer.agreement.penaltyBps).to.equal(777n)
      expect(refusal(other, offer, first)).to.equal(undefined)
    })

    it(`are refused beyond ${MAX_ROUNDS}`, () => {
      const negotiated = negotiatedAbout('buy')
      const before = rounds(negotiated, MAX_ROUNDS - 1)
      const last = offerOf(negotiated, proposal, before)
      const beyond = offerOf(negotiated, proposal, last)
      expect(refusal(negotiated, last.offer, before)).to.equal(undefined)
      expect(refusal(negotiated, beyond.offer, last)).to.include({
        code: 'ROUNDS_EXCEEDED',
        field: 'terms.round',
      })
    })
  })

  describe('of a buyer, to a seller', () => {
    // Round 1 from Bob to Alice who sells, and round 2 from Alice who buys to Bob.
    const cases: [what: string, negotiated: Negotiated, answered: Answered | undefined][] = [
      ['first offer', negotiatedAbout('sell'), undefined],
      ['counter-offer', negotiatedAbout('buy'), offerOf(negotiatedAbout('buy'), proposal)],
    ]
    for (const [what, negotiated, answered] of cases) {
      it(`are refused when a ${what} pays somebody else, the buyer itself above all`, () => {
        const { offer } = offerOf(negotiated, proposal, answered)
        expect(refusal(negotiated, offer, answered)).to.equal(undefined)
        for (const payout of [offer.agreement.buyer, carol.address]) {
          const error = refusal(negotiated, { ...offer, agreement: { ...offer.agreement, payout } }, answered)
          expect(error).to.include({
            code: 'OFFER_MISMATCH',
            field: 'agreement.payout',
            expected: offer.agreement.seller,
            received: payout,
          })
        }
      })

      it(`are refused when a ${what} asks for more stake than the seller's policy gives`, () => {
        const { offer } = offerOf(negotiated, proposal, answered)
        const agreement = { ...offer.agreement, exposure: offer.agreement.exposure + 1n }
        expect(refusal(negotiated, { ...offer, agreement }, answered)).to.include({
          code: 'EXPOSURE_TOO_HIGH',
          field: 'agreement.exposure',
        })
      })
    }
  })

  describe('of a buyer for whom another pays', () => {
    const owner = carol.address
    const payer: Payer = { payer: owner, buyerEpoch: 2n }
    const buyer = { agentId: 9n, epoch: 2n, owner }
    /** Alice buys: Bob offers, and she counters as one for whom Carol pays. */
    const first = offerOf(negotiatedAbout('buy'), proposal)
    const counter = offerOf({ ...negotiatedAbout('buy'), payer }, proposal, first)

    it('pass a seller that sees the buyer bound to an agent of the payer', () => {
      expect(counter.offer.agreement).to.include(payer)
      expect(refusal(negotiatedAbout('buy'), counter.offer, first, NOW, buyer)).to.equal(undefined)
    })

    const others: [string, Binding, string][] = [
      ['is bound to no agent', UNBOUND, 'agreement.payer'],
      ['is bound to an agent of somebody else', { ...buyer, owner: bob.address }, 'agreement.payer'],
      ['has another key epoch', { ...buyer, epoch: 3n }, 'agreement.buyerEpoch'],
    ]
    for (const [what, binding, field] of others) {
      it(`are refused when the buyer ${what}`, () => {
        const error = refusal(negotiatedAbout('buy'), counter.offer, first, NOW, binding)
        expect(error).to.include({ code: 'OFFER_MISMATCH', field })
      })
    }

    it('keep the payer in what the seller counters, which the buyer then takes', () => {
      const negotiated = negotiatedAbout('buy')
      const third = offerOf(negotiated, proposal, counter)
      expect(third.offer.agreement).to.include(payer)
      expect(refusal({ ...negotiated, payer }, third.offer, counter)).to.equal(undefined)
      const stranger = { ...third.offer.agreement, payer: bob.address }
      expect(refusal({ ...negotiated, payer }, { ...third.offer, agreement: stranger }, counter)).to.include({
        code: 'OFFER_MISMATCH',
        field: 'agreement.payer',
      })
    })
  })
})
