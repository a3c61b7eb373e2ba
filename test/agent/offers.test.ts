import { expect } from 'chai'
import fc from 'fast-check'
import { zeroAddress } from 'viem'
import { defaultPolicy, policyFor, policyOf } from '../../agent/policy/limits.ts'
import { type Proposal, roleOf } from '../../agent/protocols/negotiation/offers.ts'
import { hashConditions, hashTerms } from '../../protocol/eip712.ts'
import { RefusedError } from '../../protocol/errors.ts'
import { MAX_ROUNDS } from '../../protocol/limits.ts'
import {
  type Address,
  type Agreement,
  type Conditions,
  type Hex,
  paymentOf,
  type Terms,
} from '../../protocol/types.ts'
import { alice, bob, carol, NOW } from './support/intents.ts'
import {
  type Answered,
  DEADLINE,
  DURATION,
  END,
  HASH,
  negotiatedAbout,
  offerOf,
  proposal,
  refusal,
  STAKER,
  UNBOUND,
  withConditions,
} from './support/offers.ts'

const LIFE = defaultPolicy.offerLife

describe('offers', () => {
  it('pass the other side in every round, whichever side the intent is on', () => {
    const amounts = fc.bigInt({ min: 1n, max: 2n ** 40n })
    const proposals = fc.array(fc.tuple(amounts, amounts), { minLength: 1, maxLength: MAX_ROUNDS })
    const side = fc.constantFrom('buy' as const, 'sell' as const)
    fc.assert(
      fc.property(side, amounts, amounts, proposals, (which, quantity, lot, steps) => {
        const negotiated = negotiatedAbout(which, { quantity, lot })
        let answered: Answered | undefined
        for (const [q, p] of steps) {
          // A price per lot at which even the smallest quantity costs something.
          const next: Proposal = { quantity: (q % quantity) + 1n, price: p + lot }
          fc.pre(next.quantity <= quantity)
          const made = offerOf(negotiated, next, answered)
          expect(refusal(negotiated, made.offer, answered)).to.equal(undefined)
          answered = made
        }
      }),
    )
  })

  it('put the parties where the intent says, pay the seller, and lock its stake by the policy', () => {
    const policy = { ...defaultPolicy, exposurePercent: 150n }
    for (const side of ['buy', 'sell'] as const) {
      const negotiated = { ...negotiatedAbout(side), policy }
      const { agreement, terms } = offerOf(negotiated, proposal).offer
      const [buyer, seller] = side === 'buy' ? [alice, bob] : [bob, alice]
      expect(agreement).to.include({ buyer: buyer.address, seller: seller.address, payout: seller.address })
      expect(roleOf(negotiated, buyer.address)).to.equal('buyer')
      expect(roleOf(negotiated, seller.address)).to.equal('seller')
      expect(agreement.exposure).to.equal((paymentOf(agreement) * 150n) / 100n)
      expect(agreement.expiry).to.equal(NOW + LIFE)
      expect(agreement.termsHash).to.equal(hashTerms(terms))
    }
  })

  it('name the stake that answers, the buyer as payer, and no other conditions than the policy has', () => {
    const { agreement, conditions, terms } = offerOf(negotiatedAbout('buy'), proposal).offer
    expect(agreement).to.include({
      payer: agreement.buyer,
      buyerEpoch: 0n,
      agentId: 5n,
      sellerEpoch: 3n,
      staker: STAKER,
      relayFee: 0n,
      penaltyBps: defaultPolicy.penaltyBps.own,
      deadline: DEADLINE,
    })
    expect(agreement.conditions).to.equal(hashConditions(conditions))
    expect(conditions).to.deep.equal({
      arbitrator: zeroAddress,
      meter: zeroAddress,
      start: terms.start,
      end: terms.end,
      lateFrom: terms.start,
      lateBps: 0n,
      window: defaultPolicy.window.own,
      splitBps: defaultPolicy.splitBps.own,
      retail: 0n,
    })
  })

  it('ask for no stake of a seller that speaks for no agent', () => {
    const negotiated = { ...negotiatedAbout('buy'), seller: UNBOUND }
    const { agreement } = offerOf(negotiated, proposal).offer
    expect(agreement).to.include({ agentId: 0n, sellerEpoch: 0n, staker: zeroAddress, exposure: 0n })
  })

  it('count the deadline from now when the delivery is over', () => {
    const negotiated = negotiatedAbout('buy', { start: NOW - 900n, end: NOW - 1n })
    expect(offerOf(negotiated, proposal).offer.agreement.deadline).to.equal(NOW + DURATION)
  })

  describe('with one member changed', () => {
    type Refusal = [value: unknown, code: string, field?: string]
    /** Wrong values of each member of an agreement between Alice, who buys, and Bob, with what they are refused for. */
    const agreements: Record<keyof Agreement, Refusal[]> = {
      buyer: [[carol.address, 'OFFER_MISMATCH']],
      payer: [[carol.address, 'OFFER_MISMATCH']],
      seller: [[carol.address, 'OFFER_MISMATCH']],
      // The seller may be paid where it likes: it signs that itself. See below for the buyer's offers.
      payout: [],
      token: [[carol.address, 'OFFER_MISMATCH']],
      staker: [[carol.address, 'OFFER_MISMATCH']],
      agentId: [
        [0n, 'OFFER_MISMATCH'],
        [6n, 'OFFER_MISMATCH'],
      ],
      quantity: [
        [0n, 'QUANTITY_OUT_OF_RANGE'],
        [1001n, 'QUANTITY_OUT_OF_RANGE'],
      ],
      price: [[0n, 'PAYMENT_ZERO', 'payment']],
      lot: [
        [999n, 'OFFER_MISMATCH'],
        [0n, 'OFFER_MISMATCH'],
      ],
      exposure: [[(76_000n * defaultPolicy.exposurePercent) / 100n - 1n, 'EXPOSURE_TOO_LOW']],
      feeBps: [
        [24n, 'OFFER_MISMATCH'],
        [26n, 'OFFER_MISMATCH'],
      ],
      penaltyBps: [[defaultPolicy.penaltyBps.most + 1n, 'OFFER_OUT_OF_POLICY']],
      relayFee: [[1n, 'RELAY_FEE_TOO_HIGH']],
      buyerEpoch: [[1n, 'OFFER_MISMATCH']],
      sellerEpoch: [
        [2n, 'OFFER_MISMATCH'],
        [4n, 'OFFER_MISMATCH'],
      ],
      conditions: [[HASH, 'OFFER_MISMATCH']],
      expiry: [
        [NOW - 1n, 'OFFER_EXPIRED'],
        [NOW + 301n, 'EXPIRY_TOO_FAR'],
      ],
      deadline: [
        [NOW + LIFE, 'DEADLINE_TOO_EARLY'],
        [END, 'DEADLINE_TOO_EARLY'],
        [NOW + defaultPolicy.maxDuration + 1n, 'DEADLINE_TOO_FAR'],
      ],
      intentHash: [[HASH, 'OFFER_MISMATCH']],
      termsHash: [[HASH, 'OFFER_MISMATCH']],
      // Any number that was not used before will do.
      nonce: [],
    }
    for (const [member, refusals] of Object.entries(agreements)) {
      for (const [value, code, field = `agreement.${member}`] of refusals) {
        it(`agreement.${member} is refused as ${code} at ${nameOf(value)}`, () => {
          const { offer } = offerOf(negotiatedAbout('buy'), proposal)
          const agreement = { ...offer.agreement, [member]: value }
          const error = refusal(negotiatedAbout('buy'), { ...offer, agreement })
          expect(error).to.be.instanceOf(RefusedError)
          expect(error).to.include({ code, field })
        })
      }
    }

    const terms: Record<keyof Terms, Refusal[]> = {
      capability: [['energy.storage', 'OFFER_MISMATCH']],
      area: [['', 'OFFER_MISMATCH']],
      start: [[NOW + 1n, 'OFFER_MISMATCH']],
      end: [[NOW + 901n, 'OFFER_MISMATCH']],
      round: [
        [0n, 'OFFER_MISMATCH'],
        [2n, 'OFFER_MISMATCH'],
      ],
      previous: [[HASH, 'OFFER_MISMATCH']],
    }
    for (const [member, refusals] of Object.entries(terms)) {
      for (const [value, code] of refusals) {
        it(`terms.${member} is refused as ${code} at ${nameOf(value)}, by itself or with its hash`, () => {
          const negotiated = negotiatedAbout('buy')
          const { offer } = offerOf(negotiated, proposal)
          const changed = { ...offer.terms, [member]: value } as Terms
          const alone = refusal(negotiated, { ...offer, terms: changed })
          expect(alone).to.include({ code: 'OFFER_MISMATCH', field: 'agreement.termsHash' })
          const agreement = { ...offer.agreement, termsHash: hashTerms(changed) }
          const hashed = refusal(negotiated, { ...offer, terms: changed, agreement })
          expect(hashed).to.include({ code, field: `terms.${member}`, received: value })
        })
      }
    }

    const { lateLead } = defaultPolicy
    const { least, most } = defaultPolicy.window
    const conditions: Record<keyof Conditions, Refusal[]> = {
      arbitrator: [[carol.address, 'ARBITRATOR_UNKNOWN']],
      meter: [[carol.address, 'OFFER_MISMATCH']],
      start: [[NOW + 1n, 'OFFER_MISMATCH']],
      end: [[END + 1n, 'OFFER_MISMATCH']],
      lateFrom: [
        [NOW + 1n, 'CONDITIONS_OUT_OF_ORDER'],
        [NOW - lateLead.most - 1n, 'OFFER_OUT_OF_POLICY'],
      ],
      lateBps: [[defaultPolicy.penaltyBps.own + 1n, 'CONDITIONS_OUT_OF_ORDER']],
      window: [
        [least - 1n, 'OFFER_OUT_OF_POLICY'],
        [most + 1n, 'OFFER_OUT_OF_POLICY'],
      ],
      splitBps: [
        [4_999n, 'OFFER_OUT_OF_POLICY'],
        [5_001n, 'OFFER_OUT_OF_POLICY'],
      ],
      retail: [[1n, 'OFFER_MISMATCH']],
    }
    for (const [member, refusals] of Object.entries(conditions)) {
      for (const [value, code] of refusals) {
        it(`conditions.${member} is refused as ${code} at ${nameOf(value)}, by itself or with its hash`, () => {
          const negotiated = negotiatedAbout('buy')
          const { offer } = offerOf(negotiated, proposal)
          const changed = withConditions(offer, { [member]: value })
          const alone = refusal(negotiated, { ...changed, agreement: offer.agreement })
          expect(alone).to.include({ code: 'OFFER_MISMATCH', field: 'agreement.conditions' })
          expect(refusal(negotiated, changed)).to.include({ code, field: `conditions.${member}` })
        })
      }
    }

    it('names what was expected and what came', () => {
      const negotiated = negotiatedAbout('buy')
      const { offer } = offerOf(negotiated, proposal)
      const cheap = { ...offer, agreement: { ...offer.agreement, feeBps: 24n } }
      expect(refusal(negotiated, cheap)).to.include({ expected: 25n, received: 24n })
      const large = { ...offer, agreement: { ...offer.agreement, quantity: 1001n } }
      expect(refusal(negotiated, large)?.message).to.include('1001').and.to.include('1000')
    })
  })

  it('are accepted at each bound', () => {
    const negotiated = negotiatedAbout('buy')
    const { offer } = offerOf(negotiated, proposal)
    const bounds: Partial<Agreement>[] = [
      { quantity: 1000n, exposure: 190_000n },
      { quantity: 6n, price: 167n, exposure: 1n },
      { expiry: NOW },
      { expiry: NOW + 300n },
      { deadline: END + 1n },
      { deadline: NOW + defaultPolicy.maxDuration },
      { penaltyBps: defaultPolicy.penaltyBps.most },
      { penaltyBps: defaultPolicy.penaltyBps.least },
    ]
    for (const bound of bounds) {
      const agreement = { ...offer.agreement, ...bound }
      expect(refusal(negotiated, { ...offer, agreement }), Object.keys(bound).join()).to.equal(undefined)
    }
    const { window } = defaultPolicy
    const conditions: Partial<Conditions>[] = [
      { window: window.least },
      { window: window.most },
      { lateBps: offer.agreement.penaltyBps },
      { lateFrom: NOW - defaultPolicy.lateLead.most },
    ]
    for (const bound of conditions) {
      const changed = withConditions(offer, bound)
      expect(refusal(negotiated, changed), Object.keys(bound).join()).to.equal(undefined)
    }
  })

  it('may name an arbitrator that the policy has, however it is written there', () => {
    const { offer } = offerOf(negotiatedAbout('buy'), proposal)
    const named = withConditions(offer, { arbitrator: carol.address })
    const arbitrators = [carol.address.toLowerCase() as Hex]
    const negotiated = { ...negotiatedAbout('buy'), policy: { ...defaultPolicy, arbitrators } }
    expect(refusal(negotiated, named)).to.equal(undefined)
  })

  it('name the arbitrator that the policy names, and take it from others', () => {
    const own = { ...defaultPolicy, arbitrator: carol.address.toLowerCase() as Hex }
    const negotiated = { ...negotiatedAbout('buy'), policy: own }
    const { offer } = offerOf(negotiated, proposal)
    expect(offer.conditions.arbitrator).to.equal(carol.address)
    expect(offer.agreement.conditions).to.equal(hashConditions(offer.conditions))
    expect(refusal(negotiated, offer)).to.equal(undefined)
    expect(refusal(negotiatedAbout('buy'), offer)).to.include({
      code: 'ARBITRATOR_UNKNOWN',
      field: 'conditions.arbitrator',
    })
  })

  it('are refused when rounding down leaves nothing to be paid', () => {
    const negotiated = negotiatedAbout('buy')
    const { offer } = offerOf(negotiated, { quantity: 5n, price: 199n })
    expect(refusal(negotiated, offer)).to.include({ code: 'PAYMENT_ZERO', field: 'payment' })
  })

  it('are refused when the intent has expired, even by a second', () => {
    const negotiated = negotiatedAbout('buy')
    const { offer } = offerOf(negotiated, proposal)
    const { expiry } = negotiated.intent.value
    const lasting = { ...offer, agreement: { ...offer.agreement, expiry: expiry + 10n } }
    expect(refusal(negotiated, lasting, undefined, expiry)).to.equal(undefined)
    expect(refusal(negotiated, lasting, undefined, expiry + 1n)).to.include({
      code: 'INTENT_EXPIRED',
      field: 'intent.expiry',
    })
  })

  it('of a seller are paid where it says, and the buyer may change that no more than anything else of them', () => {
    const negotiated = negotiatedAbout('buy')
    const own = { ...negotiated, payout: carol.address }
    const first = offerOf(own, proposal)
    expect(first.offer.agreement.payout).to.equal(carol.address)
    const second = offerOf(negotiated, { ...proposal, price: proposal.price - 1n }, first)
    expect(second.offer.agreement.payout).to.equal(carol.address)
    const refused = (payout: Address) => {
      const offer = { ...second.offer, agreement: { ...second.offer.agreement, payout } }
      return refusal(own, offer, first)
    }
    expect(refused(carol.address)).to.equal(undefined)
    for (const other of [alice.address, bob.address]) {
      expect(refused(other)).to.include({ code: 'OFFER_MISMATCH', field: 'agreement.payout' })
    }
  })

  it('about rides have the conditions of rides, by which both sides compensate the other alike', () => {
    const policy = policyFor(policyOf(), 'ride')
    const negotiated = { ...negotiatedAbout('buy'), policy }
    const { offer } = offerOf(negotiated, proposal)
    expect(refusal(negotiated, offer)).to.equal(undefined)
    expect(offer.conditions).to.include({ lateFrom: NOW - 300n, lateBps: 1_000n, window: 600n })
    expect(offer.agreement).to.include({ penaltyBps: 2_000n, exposure: 2n * paymentOf(offer.agreement) })
    for (const other of [{ lateBps: 5_001n }, { lateFrom: NOW - 3_601n }]) {
      const codes = ['OFFER_OUT_OF_POLICY', 'CONDITIONS_OUT_OF_ORDER']
      expect(codes).to.include(refusal(negotiated, withConditions(offer, other))?.code)
    }
    const usual = { ...negotiated, policy: policyFor(policyOf(), 'energy') }
    expect(refusal(usual, offer)?.code, 'more stake than it would lock by itself').to.equal(undefined)
    expect(refusal(negotiated, offerOf(usual, proposal).offer)?.code).to.equal('EXPOSURE_TOO_LOW')
  })

  it('of a seller may name any account to be paid, and more stake than it would have to', () => {
    const negotiated = negotiatedAbout('buy')
    const { offer } = offerOf(negotiated, proposal)
    const generous = { payout: carol.address, exposure: offer.agreement.exposure * 2n }
    const agreement = { ...offer.agreement, ...generous }
    expect(refusal(negotiated, { ...offer, agreement })).to.equal(undefined)
  })
})

/** A changed value in the name of a test; keys are new in every run. */
function nameOf(value: unknown): string {
  return typeof value === 'bigint' ? value.toString() : 'another value'
}
