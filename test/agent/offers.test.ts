import { expect } from 'chai'
import fc from 'fast-check'
import { defaultPolicy } from '../../agent/policy/limits.ts'
import {
  buildOffer,
  checkOffer,
  checkSellerTerms,
  type Negotiated,
  type Proposal,
  roleOf,
} from '../../agent/protocols/negotiation/offers.ts'
import { hashAgreement, hashTerms } from '../../protocol/eip712.ts'
import { RefusedError } from '../../protocol/errors.ts'
import { MAX_ROUNDS } from '../../protocol/limits.ts'
import {
  type Agreement,
  type Hex,
  type Offer,
  paymentOf,
  type Side,
  type Terms,
} from '../../protocol/types.ts'
import { failure } from '../protocol/support/failure.ts'
import { alice, bob, carol, domain, NOW, receivedIntent } from './support/intents.ts'

const TOKEN = '0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512'
const HASH: Hex = `0x${'11'.repeat(32)}`
const LIFE = defaultPolicy.offerLife

/** Bob answers Alice's intent. */
function negotiatedAbout(side: Side, changes: Parameters<typeof receivedIntent>[0] = {}): Negotiated {
  return {
    intent: receivedIntent({ side, ...changes }),
    offerer: bob.address,
    token: TOKEN,
    feeBps: 25n,
    policy: defaultPolicy,
  }
}

interface Answered {
  id: Hex
  offer: Offer
}

/** An offer of any round, as its maker builds it; nobody looks at its signature here. */
function offerOf(
  negotiated: Negotiated,
  proposal: Proposal,
  answered?: Answered,
  deadline = NOW + 600n,
): Answered {
  const { agreement, terms } = buildOffer(negotiated, proposal, {
    round: (answered?.offer.terms.round ?? 0n) + 1n,
    previous: answered?.id ?? negotiated.intent.hash,
    now: NOW,
    deadline,
    nonce: 7n,
  })
  const offer: Offer = { agreement, terms, signature: '0x', funding: { kind: 'balance' } }
  return { id: hashAgreement(domain, agreement), offer }
}

/** What the other side says to an offer: both checks, the second as the seller alone makes it. */
function refusal(negotiated: Negotiated, offer: Offer, answered?: Answered, now = NOW) {
  return failure(() => {
    checkOffer(negotiated, offer, answered, now)
    const isFromOfferer = offer.terms.round % 2n === 1n
    const checker = isFromOfferer ? alice.address : bob.address
    if (roleOf(negotiated, checker) === 'seller') checkSellerTerms(negotiated, offer.agreement)
  })
}

const proposal: Proposal = { quantity: 400n, price: 190_000n }

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

  describe('with one member changed', () => {
    type Refusal = [value: unknown, code: string, field?: string]
    /** Wrong values of each member of an agreement between Alice, who buys, and Bob, with what they are refused for. */
    const agreements: Record<keyof Agreement, Refusal[]> = {
      buyer: [[carol.address, 'OFFER_MISMATCH']],
      seller: [[carol.address, 'OFFER_MISMATCH']],
      // The seller may be paid where it likes: it signs that itself. See below for the buyer's offers.
      payout: [],
      token: [[carol.address, 'OFFER_MISMATCH']],
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
      expiry: [
        [NOW - 1n, 'OFFER_EXPIRED'],
        [NOW + 301n, 'EXPIRY_TOO_FAR'],
      ],
      deadline: [
        [NOW + LIFE, 'DEADLINE_TOO_EARLY'],
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
      { deadline: offer.agreement.expiry + 1n },
      { deadline: NOW + defaultPolicy.maxDuration },
    ]
    for (const bound of bounds) {
      const agreement = { ...offer.agreement, ...bound }
      expect(refusal(negotiated, { ...offer, agreement }), Object.keys(bound).join()).to.equal(undefined)
    }
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
      for (const deadline of [offer.agreement.expiry + 1n, NOW + 599n, NOW + 601n]) {
        const error = refusal(negotiated, { ...offer, agreement: { ...offer.agreement, deadline } }, first)
        expect(error).to.include({
          code: 'OFFER_MISMATCH',
          field: 'agreement.deadline',
          expected: NOW + 600n,
          received: deadline,
        })
      }
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
