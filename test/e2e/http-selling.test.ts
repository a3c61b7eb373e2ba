import { expect } from 'chai'
import { hashTypedData } from 'viem'
import { hasEnded, type MeshNetwork } from '../../agent/index.ts'
import { type Indexer, startIndexer } from '../../indexer/index.ts'
import { until } from '../agent/support/until.ts'
import { askApi, type Json } from './support/ask.ts'
import { type Guest, newGuest, newSellingGuest } from './support/guest.ts'
import { energyIntent, startMarket, type TestMarket } from './support/market.ts'

describe('selling over HTTP', function () {
  this.timeout(60_000)
  let market: TestMarket
  let buyer: MeshNetwork
  let indexer: Indexer
  let seller: Guest
  let other: Guest
  let start = 1_615_190_400n

  before(async () => {
    market = await startMarket()
    buyer = await market.join()
    const gateway = await market.join({
      ...{ bootstrapPeers: buyer.endpoints, enrolls: false, capabilities: [], domains: ['energy'] },
    })
    indexer = await startIndexer({ network: market.descriptor(buyer.endpoints), gateway, pollInterval: 20 })
    seller = await newSellingGuest(market)
    other = await newGuest(market)
    buyer.onOffer(() => ({ type: 'accept' }))
  })

  after(async () => {
    await indexer?.stop()
    await market?.stop()
  })

  const ask = (path: string, body?: unknown) => askApi(indexer.url, path, body)
  /** As a wallet does: all that it is told is JSON. */
  const sign = (typed: Json, guest = seller) => guest.account.signTypedData(typed)

  /** An intent to buy, as a stranger finds it. */
  async function found(): Promise<Json> {
    start += 900n
    const { hash } = await buyer.publishIntent({ ...energyIntent(5_000n), start, end: start + 900n })
    return until(async () => {
      const { body } = await ask('/v1/intents?side=buy&capability=energy.supply')
      return body.data.find((intent: Json) => intent.hash === hash)
    })
  }

  /** What a guest signs to sell all of it. */
  async function prepared(intent: string, guest = seller, price = '200000'): Promise<Json> {
    const body = { agent: guest.account.address, intent, quantity: '5000', price }
    const answer = await ask('/v1/offers/prepare', body)
    expect(answer.status, JSON.stringify(answer.body)).to.equal(200)
    return answer.body.data
  }

  it('sells five kWh with a key, JSON and no gas, and is paid for what it delivered', async () => {
    const { hash } = await found()
    const { id, offer, typedData } = await prepared(hash)
    expect(hashTypedData(typedData)).to.equal(id)
    const made = await ask('/v1/offers', { ...offer, signature: await sign(typedData) })
    expect(made.body.data, JSON.stringify(made.body)).to.deep.equal({ id, state: 'opened' })

    const { body: due } = await ask(`/v1/agreements/${id}/delivery/prepare`, { quantity: '5000' })
    const { delivery, report } = due.data
    const delivered = await ask(`/v1/agreements/${id}/delivery`, {
      ...{ delivery: delivery.message, signature: await sign(delivery), report: await sign(report) },
    })
    expect(delivered.body.data, JSON.stringify(delivered.body)).to.deep.equal({ id, state: 'settled' })
    await buyer.untilDeal(id, hasEnded)
    const { body: deal } = await ask(`/v1/agreements/${id}/deal`)
    expect(deal.data).to.deep.equal({
      id,
      state: 'settled',
      role: 'seller',
      paid: '1000000',
      transactions: [],
    })
    const trade = await until(async () => {
      const { body } = await ask(`/v1/trades?seller=${seller.account.address}`)
      return body.data[0]
    })
    expect(trade).to.include({ id, quantity: '5000', payment: '1000000', intentHash: hash })
  })

  it('takes nothing that the key has not signed', async () => {
    const { hash } = await found()
    const { id, offer, typedData } = await prepared(hash)
    const signature = await sign(typedData)
    const dearer = { ...offer, agreement: { ...offer.agreement, price: '900000' } }
    expect((await ask('/v1/offers', { ...dearer, signature })).status).to.equal(422)
    const forged = await ask('/v1/offers', { ...offer, signature: await sign(typedData, other) })
    expect(forged.status).to.equal(422)
    expect(forged.body.type).to.equal('urn:mesh:problem:signer-wrong')
    expect((await ask(`/v1/agreements/${id}/deal`)).status).to.equal(404)
    const missing = { ...offer, agreement: { ...offer.agreement, payout: undefined }, signature }
    const malformed = await ask('/v1/offers', missing)
    expect(malformed).to.deep.include({ status: 400 })
    expect(malformed.body.field).to.equal('agreement.payout')
  })

  it('tells who has no stake what to do', async () => {
    const { hash } = await found()
    const { offer, typedData } = await prepared(hash, other)
    const refused = await ask('/v1/offers', { ...offer, signature: await sign(typedData, other) })
    expect(refused.status).to.equal(422)
    expect(refused.body.type).to.equal('urn:mesh:problem:seller-unregistered')
    expect(refused.body.remedy).to.include('put up a stake')
  })

  it('trades between two keys, takes intents back, and leaves a transaction to who wants out', async () => {
    start += 900n
    const wish = { ...energyIntent(5_000n), start, end: start + 900n, agent: other.account.address }
    const shown = Object.fromEntries(
      Object.entries(wish).map(([name, value]) => [name, typeof value === 'bigint' ? String(value) : value]),
    )
    const { body: asked } = await ask('/v1/intents/prepare', { ...shown, life: 60 })
    const { intent, typedData, hash } = asked.data
    await ask('/v1/intents', { intent, signature: await sign(typedData, other) })
    const sale = await prepared(hash)
    const made = await ask('/v1/offers', { ...sale.offer, signature: await sign(sale.typedData) })
    expect(made.body.data).to.deep.equal({ id: sale.id, state: 'offered' })

    const { body: due } = await ask('/v1/agreements/prepare', { offer: sale.id })
    const { agreement, permit } = due.data
    const { value, deadline } = permit.message
    const accepted = await ask('/v1/agreements', {
      ...{ offer: sale.id, signature: await sign(agreement, other) },
      funding: { kind: 'permit', value, deadline, signature: await sign(permit, other) },
    })
    expect(accepted.body.data, JSON.stringify(accepted.body)).to.deep.equal({ id: sale.id, state: 'opened' })
    const { body: deal } = await ask(`/v1/agreements/${sale.id}/deal`)
    expect(deal.data.transactions.map(({ name }: Json) => name)).to.deep.equal(['cancel'])

    const { body: taking } = await ask('/v1/withdrawals/prepare', { subject: hash })
    const forged = { subject: hash, signature: await sign(taking.data.typedData) }
    expect((await ask('/v1/withdrawals', forged)).status).to.equal(422)
    const signature = await sign(taking.data.typedData, other)
    const taken = await ask('/v1/withdrawals', { subject: hash, signature })
    expect(taken.body.data).to.deep.equal({ subject: hash, state: 'withdrawn' })
    const late = await prepared(hash)
    const refused = await ask('/v1/offers', { ...late.offer, signature: await sign(late.typedData) })
    expect(refused.body).to.deep.include({ status: 409, type: 'urn:mesh:problem:offer-declined' })
  })
})
