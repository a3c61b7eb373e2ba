import { expect } from 'chai'
import {
  hasEnded,
  isOpen,
  type MeshError,
  type MeshNetwork,
  type OfferHandler,
  type ReceivedIntent,
} from '../../agent/index.ts'
import type { Draft } from '../../agent/protocols/guests/index.ts'
import { until } from '../agent/support/until.ts'
import { Faults } from './support/faults.ts'
import { type Guest, newGuest, newSellingGuest } from './support/guest.ts'
import { energyIntent, startMarket, type TestMarket } from './support/market.ts'

const NOTHING = `0x${'00'.repeat(32)}` as const

describe('agents without a node that sell', function () {
  this.timeout(60_000)
  let market: TestMarket
  let buyer: MeshNetwork
  let carrier: MeshNetwork
  let seller: Guest
  let faults: Faults
  let start = 1_615_190_400n
  const dear: OfferHandler = ({ offer }) =>
    offer.agreement.price <= 300_000n ? { type: 'accept' } : { type: 'decline', reason: 'price' }
  let decide = dear

  before(async () => {
    market = await startMarket()
    faults = new Faults()
    buyer = await market.join({ onError: faults.hear })
    carrier = await market.join({
      ...{ bootstrapPeers: buyer.endpoints, enrolls: false, onError: faults.hear },
      ...{ capabilities: [], domains: ['energy'] },
    })
    seller = await newSellingGuest(market)
    buyer.onOffer((received) => decide(received))
  })

  after(() => market.stop())

  beforeEach(() => {
    faults.seen.splice(0)
    decide = dear
  })

  const wish = (quantity = 100n) => {
    start += 900n
    return { ...energyIntent(quantity), start, end: start + 900n }
  }

  /** An intent of the buyer's, as the carrier has heard of it. */
  async function wanted(quantity = 100n): Promise<ReceivedIntent> {
    const { promise, resolve } = Promise.withResolvers<ReceivedIntent>()
    const stop = carrier.subscribeToIntents(resolve)
    await buyer.publishIntent(wish(quantity))
    return promise.finally(stop)
  }

  async function drafted(price = 300_000n): Promise<Draft> {
    const { hash } = await wanted()
    return carrier.guests.sales.draft(seller.account.address, hash, { price, quantity: 100n }, 120n)
  }

  const offer = async (draft: Draft, guest = seller) =>
    carrier.guests.sales.offer({ ...draft, signature: await guest.signOffer(draft) })

  const codeOf = (refused: Promise<unknown>) =>
    refused.then(
      () => undefined,
      (error: MeshError) => error.code,
    )

  it('offer, deliver and are paid with a key alone, and it costs them no gas', async () => {
    const draft = await drafted()
    const deal = await offer(draft)
    expect(deal).to.include({ id: draft.id, state: 'opened', role: 'seller' })
    expect((await buyer.untilDeal(draft.id, isOpen)).agreement.seller).to.equal(seller.account.address)
    const said = await carrier.guests.sales.statement(draft.id, 100n, NOTHING)
    const settled = await carrier.guests.sales.deliver(draft.id, await seller.signStatement(said))
    expect(settled).to.deep.include({ state: 'settled', outcome: { quantity: 100n, paid: 30_000n } })
    expect((await buyer.untilDeal(draft.id, hasEnded)).state).to.equal('settled')
    expect(faults.codes).to.deep.equal([])
    // The same again finds what has become of it.
    expect((await offer(draft)).state).to.equal('settled')
  })

  it('are told when nobody buys at their price', async () => {
    const draft = await drafted(500_000n)
    expect(await codeOf(offer(draft))).to.equal('OFFER_DECLINED')
    expect(() => carrier.guests.sales.sale(draft.id)).to.throw(/no such sale/)
  })

  it('are bound by nothing that they have not signed, and nobody else is', async () => {
    const stranger = await newGuest(market, 0n)
    const draft = await drafted()
    expect(await codeOf(offer(draft, stranger))).to.equal('SIGNER_WRONG')
    expect(() => carrier.guests.sales.sale(draft.id)).to.throw(/no such sale/)
    const { hash } = await wanted()
    const { address } = stranger.account
    const poor = await carrier.guests.sales.draft(address, hash, { price: 300_000n, quantity: 100n }, 120n)
    expect(await codeOf(offer(poor, stranger))).to.equal('SELLER_UNREGISTERED')
  })

  it('deliver nothing by the word of somebody else', async () => {
    const stranger = await newGuest(market, 0n)
    const draft = await drafted()
    await offer(draft)
    const said = await carrier.guests.sales.statement(draft.id, 100n, NOTHING)
    const forged = await stranger.signStatement(said)
    expect(await codeOf(carrier.guests.sales.deliver(draft.id, forged))).to.equal('SIGNER_WRONG')
    const { delivery } = await seller.signStatement(said)
    const half = { delivery, report: forged.report }
    expect(await codeOf(carrier.guests.sales.deliver(draft.id, half))).to.equal('SIGNER_WRONG')
    expect(carrier.guests.sales.sale(draft.id).state).to.equal('opened')
  })

  it('take an offer back while nobody has accepted it', async () => {
    const deciding = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    decide = async () => {
      asked.resolve()
      await deciding.promise
      return { type: 'accept' }
    }
    try {
      const draft = await drafted()
      const offering = codeOf(offer(draft))
      await asked.promise
      const stranger = await newGuest(market, 0n)
      const forged = await stranger.signWithdrawal(draft.id)
      expect(await codeOf(carrier.guests.sales.withdraw(draft.id, forged))).to.equal('SIGNER_WRONG')
      await carrier.guests.sales.withdraw(draft.id, await seller.signWithdrawal(draft.id))
      deciding.resolve()
      expect(await offering).to.equal('OFFER_DECLINED')
      expect(buyer.deals().some(({ id }) => id === draft.id)).to.equal(false)
    } finally {
      deciding.resolve()
    }
  })

  it('sell to another guest of the same carrier', async () => {
    const other = await newGuest(market)
    const value = carrier.guestIntent(other.account.address, wish())
    const { hash } = await carrier.guests.publish({ value, signature: await other.signIntent(value) })
    const proposal = { price: 300_000n, quantity: 100n }
    const draft = await carrier.guests.sales.draft(seller.account.address, hash, proposal, 120n)
    expect((await offer(draft)).state).to.equal('offered')
    const held = carrier.guests.offered(draft.id)
    await carrier.guests.accept(draft.id, await other.accept(draft.id, held.offer))
    await until(() => carrier.guests.sales.sale(draft.id).state === 'opened' || undefined)
    const said = await carrier.guests.sales.statement(draft.id, 100n, NOTHING)
    await carrier.guests.sales.deliver(draft.id, await seller.signStatement(said))
    const { release } = carrier.guests.delivered(draft.id)
    await carrier.guests.release(draft.id, await other.signRelease(release))
    const sold = await until(() => {
      const sale = carrier.guests.sales.sale(draft.id)
      return hasEnded(sale) ? sale : undefined
    })
    expect(sold).to.deep.include({ state: 'settled', outcome: { quantity: 100n, paid: 30_000n } })
  })

  // Last: the chain's clock is ahead from here on.
  it('are paid for less than was agreed when the window is over, whatever the buyer does', async () => {
    const draft = await drafted()
    await offer(draft)
    const said = await carrier.guests.sales.statement(draft.id, 60n, NOTHING)
    const deal = await carrier.guests.sales.deliver(draft.id, await seller.signStatement(said))
    expect(deal.state).to.equal('reported')
    await market.later(Number(draft.conditions.window) + 60)
    const sold = await until(() => {
      const sale = carrier.guests.sales.sale(draft.id)
      return hasEnded(sale) ? sale : undefined
    })
    expect(sold.outcome).to.deep.equal({ quantity: 60n, paid: 18_000n })
  })
})
