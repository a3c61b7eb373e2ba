import { expect } from 'chai'
import { hasEnded, type MeshNetwork, type OfferHandler, type Outcome, paymentOf } from '../../agent/index.ts'
import { energyIntent, startMarket, type TestMarket } from './support/market.ts'

const PROPOSAL = { quantity: 100n, price: 200_000n }
const PAYMENT = 20_000n
/** How many purchases are tried at the same moment, and for how many of them the limit is enough. */
const TRIED = 5
const WITHIN_LIMIT = 2

describe('a spending limit', function () {
  this.timeout(60_000)
  let market: TestMarket
  let seller: MeshNetwork

  before(async () => {
    market = await startMarket()
    seller = await market.join()
    seller.onOffer(() => ({ type: 'accept' }))
  })

  after(() => market.stop())

  /** A strategy that decides about all offers in the same moment. */
  function atOnce(decision: Awaited<ReturnType<OfferHandler>>): OfferHandler {
    const { promise, resolve } = Promise.withResolvers<typeof decision>()
    let count = 0
    return () => {
      count += 1
      if (count === TRIED) resolve(decision)
      return promise
    }
  }

  const times = <T>(action: () => Promise<T>) => Promise.allSettled(Array.from({ length: TRIED }, action))

  /** Five offers to one buyer, about which it decides at once. */
  async function offersTo(buyer: MeshNetwork, handler: OfferHandler): Promise<Outcome[]> {
    buyer.onOffer(handler)
    const intent = await buyer.publishIntent(energyIntent(PROPOSAL.quantity))
    const results = await times(() => seller.offer(intent, PROPOSAL, { duration: 60n }))
    return results.map((result) => {
      if (result.status === 'rejected') throw result.reason
      return result.value
    })
  }

  for (const paymentMethod of ['balance', 'authorization'] as const) {
    describe(`of a buyer that pays by ${paymentMethod}`, () => {
      let buyer: MeshNetwork

      beforeEach(async () => {
        buyer = await market.join({ paymentMethod, policy: { maxCommitted: PAYMENT * BigInt(WITHIN_LIMIT) } })
      })

      /** What the buyer has signed for and may still have to pay, or has paid. */
      const committed = () => buyer.deals().reduce((sum, { agreement }) => sum + paymentOf(agreement), 0n)

      it('holds against offers that are accepted in the same moment', async () => {
        const outcomes = await offersTo(buyer, atOnce({ type: 'accept' }))
        expect(committed()).to.equal(PAYMENT * BigInt(WITHIN_LIMIT))
        expect(outcomes.filter(({ type }) => type === 'agreed')).to.have.length(WITHIN_LIMIT)
        for (const outcome of outcomes) {
          if (outcome.type === 'declined') expect(outcome.reason).to.equal('busy')
        }
      })

      it('holds against counter-offers that are made in the same moment', async () => {
        const outcomes = await offersTo(buyer, atOnce({ type: 'counter', proposal: PROPOSAL }))
        expect(committed()).to.equal(PAYMENT * BigInt(WITHIN_LIMIT))
        expect(outcomes.filter(({ type }) => type === 'agreed')).to.have.length(WITHIN_LIMIT)
      })

      it('holds against offers of its own that are made in the same moment', async () => {
        const intent = await seller.publishIntent({ ...energyIntent(PROPOSAL.quantity), side: 'sell' })
        const results = await times(() => buyer.offer(intent, PROPOSAL, { duration: 60n }))
        expect(committed()).to.equal(PAYMENT * BigInt(WITHIN_LIMIT))
        const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
        expect(refused.map(({ code }) => code)).to.deep.equal(
          Array.from({ length: TRIED - WITHIN_LIMIT }, () => 'SPENDING_LIMIT'),
        )
      })

      it('is free again for what the ended deals took of it', async () => {
        const [first] = await offersTo(buyer, atOnce({ type: 'accept' }))
        if (first?.type !== 'agreed') throw new Error('not agreed')
        const { id } = first.deal
        await seller.untilDeal(id, ({ state }) => state === 'opened', { signal: AbortSignal.timeout(10_000) })
        await seller.deliver(id, PROPOSAL.quantity)
        await buyer.untilDeal(id, hasEnded, { signal: AbortSignal.timeout(10_000) })
        const outcomes = await offersTo(buyer, atOnce({ type: 'accept' }))
        expect(outcomes.filter(({ type }) => type === 'agreed')).to.have.length(1)
      })
    })
  }
})
