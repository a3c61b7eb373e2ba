import { expect } from 'chai'
import { isOpen, type MeshNetwork, type ReceivedIntent } from '../../agent/index.ts'
import { energyIntent, startMarket, type TestMarket } from './support/market.ts'

const LIMITS = { low: 80_000n, high: 300_000n }

describe('negotiate and settle', function () {
  this.timeout(60_000)
  let market: TestMarket
  let buyer: MeshNetwork
  let seller: MeshNetwork
  const errors: unknown[] = []

  before(async () => {
    market = await startMarket()
    buyer = await market.join({ governanceInterval: 100, onError: (error) => errors.push(error) })
    seller = await market.join({ bootstrapPeers: buyer.endpoints, governanceInterval: 100 })
  })
  after(() => market.stop())

  async function heardIntent(): Promise<ReceivedIntent> {
    const signal = AbortSignal.timeout(10_000)
    const intents = seller.intents({ signal })[Symbol.asyncIterator]()
    const next = intents.next()
    const { hash } = await buyer.publishIntent(energyIntent(400n))
    for (let heard = await next; ; heard = await intents.next()) {
      if (heard.value.hash === hash) return heard.value
    }
  }

  it('bargain by strategies of both sides, to a price between their limits, and end as both see it', async () => {
    buyer.onOffer(({ offer }) =>
      offer.agreement.price > 200_000n
        ? { type: 'counter', proposal: { quantity: offer.agreement.quantity, price: 190_000n } }
        : { type: 'accept' },
    )
    const intent = await heardIntent()
    const outcome = await seller.negotiate(intent, LIMITS, { strategy: 'patient' })
    if (outcome.type !== 'agreed') throw new Error(outcome.reason)
    const { id, agreement } = outcome.deal
    expect(agreement.price >= LIMITS.low && agreement.price <= 200_000n).to.equal(true)
    expect(Number(outcome.deal.terms.round)).to.be.above(1)
    const signal = AbortSignal.timeout(15_000)
    const [sold, bought] = await Promise.all([seller.settle(id, { signal }), buyer.settle(id, { signal })])
    expect(sold.state).to.equal('settled')
    expect(bought.outcome).to.deep.equal(sold.outcome)
    expect(sold.outcome?.quantity).to.equal(agreement.quantity)
  })

  it('never go beyond the own limit', async () => {
    buyer.onOffer(({ offer }) => ({
      type: 'counter',
      proposal: { quantity: offer.agreement.quantity, price: LIMITS.low - 1n },
    }))
    const outcome = await seller.negotiate(await heardIntent(), LIMITS)
    expect(outcome).to.include({ type: 'declined' })
  })

  it('come to nothing by a handler that says no such thing, and its owner hears why', async () => {
    const plain = buyer as unknown as { onOffer(handler: () => unknown): void }
    for (const [answer, field] of [
      [true, 'decision'],
      [{ type: 'counter', proposal: { quantity: 400n, price: 150 } }, 'decision.proposal.price'],
    ] as const) {
      plain.onOffer(() => answer)
      expect(await seller.negotiate(await heardIntent(), LIMITS)).to.include({
        type: 'declined',
        reason: 'busy',
      })
      expect(errors.at(-1)).to.include({ code: 'ARGUMENT_INVALID', field })
    }
  })

  it('release what a promise says yes to, and nothing else', async () => {
    buyer.onOffer(() => ({ type: 'accept' }))
    buyer.onDelivery(async () => false)
    const outcome = await seller.negotiate(await heardIntent(), LIMITS)
    if (outcome.type !== 'agreed') throw new Error(outcome.reason)
    const { id } = outcome.deal
    await seller.untilDeal(id, isOpen)
    expect((await seller.deliver(id, 400n)).state).to.equal('delivered')
    buyer.onDelivery(async () => true)
    expect((await seller.settle(id)).release?.value.quantity).to.equal(400n)
  })

  it('settle what was delivered, when it is less than was agreed and the buyer takes it', async () => {
    buyer.onOffer(() => ({ type: 'accept' }))
    buyer.onDelivery(() => true)
    const outcome = await seller.negotiate(await heardIntent(), LIMITS)
    if (outcome.type !== 'agreed') throw new Error(outcome.reason)
    const { outcome: result } = await seller.settle(outcome.deal.id, { quantity: 100n })
    expect(result?.quantity).to.equal(100n)
  })

  it('say that there is no such deal, and end with their signal', async () => {
    const failure = (doing: Promise<unknown>) => doing.catch((error: unknown) => error)
    expect(await failure(seller.settle(`0x${'11'.repeat(32)}`))).to.include({ code: 'DEAL_NOT_OPEN' })
    buyer.onOffer(() => ({ type: 'accept' }))
    const outcome = await seller.negotiate(await heardIntent(), LIMITS)
    if (outcome.type !== 'agreed') throw new Error(outcome.reason)
    const waiting = buyer.settle(outcome.deal.id, { signal: AbortSignal.timeout(50) })
    expect(await failure(waiting)).to.include({ name: 'TimeoutError' })
  })
})
