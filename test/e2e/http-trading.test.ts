import { join } from 'node:path'
import { expect } from 'chai'
import { type Hex, hashTypedData } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { mint } from '../../agent/chain/actions/token.ts'
import { hasEnded, type MeshNetwork } from '../../agent/index.ts'
import { type Indexer, startIndexer } from '../../indexer/index.ts'
import { parseDeployment } from '../../protocol/deployment.ts'
import { until } from '../agent/support/until.ts'
import { mesh } from '../cli/mesh.ts'
import { SseClient } from '../indexer/support/sse-client.ts'
import { askApi, type Json } from './support/ask.ts'
import { startMarket, type TestMarket } from './support/market.ts'

const START = 1_615_190_400

describe('trading over HTTP', function () {
  this.timeout(60_000)
  let market: TestMarket
  let seller: MeshNetwork
  let gateway: MeshNetwork
  let indexer: Indexer
  const buyer = privateKeyToAccount(generatePrivateKey())
  let start = START

  before(async () => {
    market = await startMarket()
    seller = await market.join()
    gateway = await market.join({
      ...{ bootstrapPeers: seller.endpoints, enrolls: false, capabilities: [], domains: ['energy'] },
    })
    const network = market.descriptor(seller.endpoints)
    indexer = await startIndexer({ network, gateway, pollInterval: 20 })
    const { testDollar } = parseDeployment(network.deployment).contracts
    await market.send(mint(testDollar, buyer.address, 10_000_000n))
    seller.subscribeToIntents((intent) => {
      const { quantity } = intent.value
      seller.offer(intent, { quantity, price: 300_000n }, { duration: 120n }).catch(() => undefined)
    })
  })

  after(async () => {
    await indexer?.stop()
    await market?.stop()
  })

  const ask = (path: string, body?: unknown) => askApi(indexer.url, path, body)

  /** As a wallet does: all that it is told is JSON. */
  const sign = (typed: Json) => buyer.signTypedData(typed)

  const draft = () => ({
    ...{ agent: buyer.address, side: 'buy', capability: 'energy.supply', replay: true },
    ...{ quantity: '5000', price: '100000', lot: '1000', start: start++ * 1, end: start + 900 },
  })

  /** An intent of the buyer's, published. @returns its hash */
  async function publish(): Promise<Hex> {
    const { body: prepared } = await ask('/v1/intents/prepare', draft())
    const { intent, typedData } = prepared.data
    const published = await ask('/v1/intents', { intent, signature: await sign(typedData) })
    expect(published.status, JSON.stringify(published.body)).to.equal(200)
    return published.body.data.hash
  }

  const offerTo = (intent: Hex): Promise<Json> =>
    until(async () => (await ask(`/v1/intents/${intent}/offers`)).body.data[0])

  it('buys five kWh with a key, JSON and no gas, and pays what was delivered', async () => {
    const live = await SseClient.open(indexer.url)
    const intent = await publish()
    await live.until(({ event, data }) => event === 'offer' && data.data.intent === intent)
    live.close()
    const offer = await offerTo(intent)
    expect(offer).to.include({ intent, quantity: '5000', price: '300000', payment: '1500000' })
    expect(offer).to.include({ buyer: buyer.address, seller: seller.address })

    const { body: prepared } = await ask('/v1/agreements/prepare', { offer: offer.id })
    const { agreement, authorization } = prepared.data
    // What the wallet shows is what it pays for: the digest is the agreement's id.
    expect(hashTypedData(agreement)).to.equal(offer.id)
    const { validAfter, validBefore } = authorization.message
    const acceptance = {
      offer: offer.id,
      signature: await sign(agreement),
      funding: { kind: 'authorization', validAfter, validBefore, signature: await sign(authorization) },
    }
    const accepted = await ask('/v1/agreements', acceptance)
    expect(accepted.body.data).to.deep.equal({ id: offer.id, state: 'opened' })
    // Asked twice, done once.
    expect((await ask('/v1/agreements', acceptance)).body.data.id).to.equal(offer.id)

    await seller.untilDeal(offer.id, ({ state }) => state === 'opened')
    await seller.deliver(offer.id, 4_000n)
    const { body: due } = await ask(`/v1/agreements/${offer.id}/release`)
    expect(due.data.delivery.quantity).to.equal('4000')
    const signature = await sign(due.data.release)
    expect((await ask(`/v1/agreements/${offer.id}/release`, { signature })).status).to.equal(200)
    await seller.untilDeal(offer.id, hasEnded)

    const trade = await until(async () => {
      const { body } = await ask(`/v1/trades?buyer=${buyer.address}`)
      return body.data[0]
    })
    expect(trade).to.include({ id: offer.id, quantity: '4000', payment: '1200000', intentHash: intent })
  })

  it('does nothing that the key has not signed', async () => {
    const { body: prepared } = await ask('/v1/intents/prepare', draft())
    const { intent, typedData } = prepared.data
    const signature = await sign(typedData)
    const changed = await ask('/v1/intents', { intent: { ...intent, price: '900000' }, signature })
    expect(changed.status).to.equal(422)
    expect(changed.body.type).to.equal('urn:mesh:problem:signer-wrong')

    const offer = await offerTo(await publish())
    const stranger = privateKeyToAccount(generatePrivateKey())
    const { body: due } = await ask('/v1/agreements/prepare', { offer: offer.id })
    const forged = await stranger.signTypedData(due.data.agreement)
    const accepted = await ask('/v1/agreements', {
      ...{ offer: offer.id, signature: forged, funding: { kind: 'balance' } },
    })
    expect(accepted.status).to.equal(422)
    expect(accepted.body.type).to.equal('urn:mesh:problem:signer-wrong')
  })

  it('says what is wrong with a body, and where', async () => {
    const cases: [unknown, string][] = [
      [{ ...draft(), quantity: '-1' }, 'quantity'],
      [{ ...draft(), quantity: String(2n ** 64n) }, 'quantity'],
      [{ ...draft(), agent: '0x1234' }, 'agent'],
      [{ ...draft(), agent: buyer.address.replace(/[a-f]/, (digit) => digit.toUpperCase()) }, 'agent'],
      [{ ...draft(), colour: 'green' }, 'colour'],
      [{ ...draft(), attributes: [{ name: 'source', type: 'set' }] }, 'attributes.0.values'],
      [[], 'body'],
    ]
    for (const [body, field] of cases) {
      const { status, body: problem } = await ask('/v1/intents/prepare', body)
      expect(status, field).to.equal(400)
      expect(problem.field).to.equal(field)
    }
  })

  it('takes JSON alone, of a bounded size', async () => {
    const post = (body: string, type = 'application/json') =>
      fetch(`${indexer.url}/v1/intents`, { method: 'POST', headers: { 'Content-Type': type }, body })
    expect((await post('{}', 'text/plain')).status).to.equal(415)
    expect((await post('{')).status).to.equal(400)
    expect((await post(JSON.stringify({ intent: 'x'.repeat(70_000) }))).status).to.equal(413)
    expect((await post('{"__proto__": {"intent": {}}}')).status).to.equal(400)
  })

  it('is one command: `mesh buy energy`', async () => {
    const stop = seller.onDealChange(({ id, state, agreement }) => {
      if (state === 'opened') seller.deliver(id, agreement.quantity).catch(() => undefined)
    })
    try {
      const key = ['--key', join(market.directory, 'buyer')]
      const slot = ['--start', '2021-03-08T12:00:00Z', '--end', '2021-03-08T12:15:00Z']
      const args = ['buy', 'energy', '--wh', '500', '--api', indexer.url, ...slot]
      const bought = await mesh(market.directory, ...args, ...key, '--json')
      expect(bought.code, bought.stderr).to.equal(0)
      const trade = JSON.parse(bought.stdout)
      expect(trade).to.include({ seller: seller.address, quantity: '500', payment: '150000' })

      const trades = await mesh(market.directory, 'trades', '--api', indexer.url, '--agent', trade.buyer)
      expect(trades.stdout).to.match(new RegExp(`500 +0.3000 +0.1500 +${trade.buyer} +${seller.address}`))

      const dear = await mesh(market.directory, ...args, ...key, '--limit', '0.29', '--wait', '3')
      expect(dear.code).to.equal(1)
      expect(dear.stderr).to.include('Nobody has sold at this price.')
    } finally {
      stop()
    }
  })
})
