import { expect } from 'chai'
import fc from 'fast-check'
import { LAST_ROUND } from '../../../agent/strategy/concession.ts'
import {
  answer,
  type Bid,
  concede,
  type Limits,
  STRATEGIES,
  type Tactic,
} from '../../../agent/strategy/index.ts'
import { MAX_ROUNDS } from '../../../protocol/limits.ts'
import { uint } from '../../protocol/support/arbitraries.ts'

/** One side of a bargain. */
interface Party {
  side: 'buy' | 'sell'
  limits: Limits
  tactic: Tactic
  available: bigint
}

/** How a bargain ended: with a bid that both signed, and the number of the offer that was accepted. */
interface Ending {
  agreed: Bid | undefined
  rounds: number
}

/** Alternating offers, as two agents exchange them: the offerer begins, then each answers the other. */
function bargain(offerer: Party, maker: Party, wanted: bigint): Ending {
  const quantity = offerer.available < wanted ? offerer.available : wanted
  let bid: Bid = { quantity, price: concede(offerer.side, offerer.limits, offerer.tactic, 1) }
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const { side, limits, tactic, available } = round % 2 === 1 ? maker : offerer
    const reply = answer(side, limits, tactic, { ...bid, round }, available)
    if (reply.type === 'accept') return { agreed: bid, rounds: round }
    if (reply.type === 'none') return { agreed: undefined, rounds: round }
    bid = reply.proposal
  }
  return { agreed: undefined, rounds: MAX_ROUNDS + 1 }
}

const price = uint(40n)
const quantity = fc.bigInt({ min: 1n, max: 10n ** 9n })
const tactic: fc.Arbitrary<Tactic> = fc.oneof(
  fc.constantFrom(...Object.values<Tactic>(STRATEGIES)),
  fc.record({
    opening: fc.oneof(fc.constantFrom(0, 100), fc.integer({ min: 0, max: 100 })),
    beta: fc.double({ min: 0.05, max: 20, noNaN: true }),
  }),
)
const limits = fc.tuple(price, price).map(([a, b]) => (a < b ? { low: a, high: b } : { low: b, high: a }))
const isFirstSeller = fc.boolean()

function parties(isSeller: boolean, seller: Omit<Party, 'side'>, buyer: Omit<Party, 'side'>): [Party, Party] {
  const both: [Party, Party] = [
    { ...seller, side: 'sell' },
    { ...buyer, side: 'buy' },
  ]
  return isSeller ? both : [both[1], both[0]]
}

describe('bargaining', () => {
  it('ends in a deal within the rounds, for any two strategies, whenever both could gain', () => {
    const party = fc.record({ limits, tactic, available: quantity })
    fc.assert(
      fc.property(isFirstSeller, party, party, (isSeller, seller, buyer) => {
        fc.pre(seller.limits.low <= buyer.limits.high)
        const [offerer, maker] = parties(isSeller, seller, buyer)
        const { agreed, rounds } = bargain(offerer, maker, maker.available)
        if (agreed === undefined) throw new Error('no deal')
        expect(rounds).to.be.at.most(MAX_ROUNDS)
        expect(agreed.price >= seller.limits.low && agreed.price <= buyer.limits.high).to.equal(true)
        const most = seller.available < buyer.available ? seller.available : buyer.available
        expect(agreed.quantity).to.equal(most)
      }),
      { numRuns: 1000 },
    )
  })

  it('ends between the limits of a market that both know, by the last round of concessions', () => {
    fc.assert(
      fc.property(
        isFirstSeller,
        limits,
        tactic,
        tactic,
        quantity,
        quantity,
        (isSeller, known, a, b, q, r) => {
          const seller = { limits: known, tactic: a, available: q }
          const buyer = { limits: known, tactic: b, available: r }
          const { agreed, rounds } = bargain(...parties(isSeller, seller, buyer), isSeller ? r : q)
          if (agreed === undefined) throw new Error('no deal')
          expect(rounds).to.be.at.most(LAST_ROUND)
          expect(agreed.price >= known.low && agreed.price <= known.high).to.equal(true)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('never ends in a deal at which one side would lose', () => {
    const party = fc.record({ limits, tactic, available: quantity })
    fc.assert(
      fc.property(isFirstSeller, party, party, (isSeller, seller, buyer) => {
        fc.pre(seller.limits.low > buyer.limits.high)
        const [offerer, maker] = parties(isSeller, seller, buyer)
        expect(bargain(offerer, maker, maker.available).agreed).to.equal(undefined)
      }),
    )
  })

  it('takes less when what is available shrinks in between, and never more than there is', () => {
    const shrinking = fc.array(quantity, { minLength: MAX_ROUNDS, maxLength: MAX_ROUNDS })
    fc.assert(
      fc.property(limits, tactic, tactic, shrinking, (known, a, b, amounts) => {
        const left = amounts.map((_, i) => amounts.slice(0, i + 1).reduce((x, y) => (x < y ? x : y)))
        let bid: Bid = { quantity: left[0] ?? 0n, price: concede('sell', known, a, 1) }
        for (let round = 1; round <= MAX_ROUNDS; round++) {
          const isBuyer = round % 2 === 1
          const available = left[round - 1] ?? 0n
          const reply = answer(isBuyer ? 'buy' : 'sell', known, isBuyer ? b : a, { ...bid, round }, available)
          if (reply.type === 'accept') {
            expect(bid.quantity <= available).to.equal(true)
            return
          }
          if (reply.type === 'none') throw new Error('something was available')
          expect(reply.proposal.quantity > 0n && reply.proposal.quantity <= available).to.equal(true)
          expect(reply.proposal.quantity <= bid.quantity).to.equal(true)
          bid = reply.proposal
        }
      }),
      { numRuns: 500 },
    )
  })

  it('takes two offers where both are honest', () => {
    const known = { low: 80_000n, high: 300_000n }
    const honest = { limits: known, tactic: STRATEGIES.honest, available: 100n }
    expect(bargain({ ...honest, side: 'sell' }, { ...honest, side: 'buy' }, 100n)).to.deep.include({
      rounds: 2,
    })
  })
})

describe('answer', () => {
  const known = { low: 80_000n, high: 300_000n }

  it('works out the example of its documentation', () => {
    const offer = { quantity: 500n, price: 150_000n, round: 1 }
    expect(answer('buy', known, STRATEGIES.honest, offer, 500n)).to.deep.equal({ type: 'accept' })
  })

  it('says nothing when nothing is available', () => {
    const offer = { quantity: 500n, price: 0n, round: 1 }
    expect(answer('buy', known, STRATEGIES.honest, offer, 0n)).to.deep.equal({ type: 'none' })
  })

  it('asks for less at the same good price when the quantity is too much', () => {
    const offer = { quantity: 500n, price: 100_000n, round: 1 }
    expect(answer('buy', known, STRATEGIES.honest, offer, 499n)).to.deep.equal({
      type: 'counter',
      proposal: { quantity: 499n, price: 100_000n },
    })
  })

  it('accepts at the price that it would propose itself, and counters one minor unit beyond', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('buy' as const, 'sell' as const),
        limits,
        tactic,
        fc.integer({ min: 1, max: MAX_ROUNDS }),
        (side, bounds, how, round) => {
          const own = concede(side, bounds, how, round + 1)
          const worse = side === 'buy' ? own + 1n : own - 1n
          const reply = (at: bigint) => answer(side, bounds, how, { quantity: 5n, price: at, round }, 5n)
          expect(reply(own)).to.deep.equal({ type: 'accept' })
          expect(reply(worse)).to.deep.equal({ type: 'counter', proposal: { quantity: 5n, price: own } })
        },
      ),
    )
  })
})
