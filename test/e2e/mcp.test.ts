import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { expect } from 'chai'
import { hashTypedData } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { mint } from '../../agent/chain/actions/token.ts'
import type { MeshNetwork } from '../../agent/index.ts'
import { type Indexer, startIndexer } from '../../indexer/index.ts'
import { parseDeployment } from '../../protocol/deployment.ts'
import { until } from '../agent/support/until.ts'
import { startMarket, type TestMarket } from './support/market.ts'

// biome-ignore lint/suspicious/noExplicitAny: the tests look into JSON of many shapes
type Json = any

describe('a language model that has the market among its tools (MCP)', function () {
  this.timeout(60_000)
  let market: TestMarket
  let seller: MeshNetwork
  let gateway: MeshNetwork
  let indexer: Indexer
  let client: Client
  const buyer = privateKeyToAccount(generatePrivateKey())

  before(async () => {
    market = await startMarket()
    seller = await market.join()
    gateway = await market.join({
      ...{ bootstrapPeers: seller.endpoints, enrolls: false, capabilities: [], domains: ['energy'] },
    })
    seller.subscribeToIntents((intent) => {
      const { quantity } = intent.value
      seller.offer(intent, { quantity, price: 300_000n }, { duration: 120n }).catch(() => undefined)
    })
    seller.onDealChange(({ id, state, agreement }) => {
      if (state === 'opened') seller.deliver(id, agreement.quantity).catch(() => undefined)
    })
    const { testDollar } = parseDeployment(market.descriptor().deployment).contracts
    await market.send(mint(testDollar, buyer.address, 10_000_000n))
    indexer = await startIndexer({ network: market.descriptor(seller.endpoints), gateway, pollInterval: 20 })
    client = new Client({ name: 'stranger', version: '1.0.0' })
    await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', indexer.url)))
  })

  after(async () => {
    await client?.close()
    await indexer?.stop()
    await market?.stop()
  })

  /** As a model does: what comes back is JSON, or a text about what was wrong. */
  async function call(name: string, given: Record<string, unknown> = {}): Promise<Json> {
    const { isError, structuredContent, content } = await client.callTool({ name, arguments: given })
    const [first] = content as { text: string }[]
    const said = JSON.parse(first?.text ?? '')
    if (isError !== true) expect(said).to.deep.equal(structuredContent)
    return isError === true ? { problem: said } : said
  }

  const draft = () => ({
    ...{ agent: buyer.address, side: 'buy', capability: 'energy.supply', replay: true },
    ...{ quantity: '5000', price: '100000', lot: '1000', start: 1_615_190_400, end: 1_615_191_300 },
  })

  it('lists tools with what they take, and whether they change anything', async () => {
    const { tools } = await client.listTools()
    const search = tools.find(({ name }) => name === 'search_agents')
    expect(search?.annotations).to.include({ readOnlyHint: true, idempotentHint: true })
    expect(search?.inputSchema.properties).to.include.keys('query', 'area', 'text', 'limit')
    expect(search?.description).to.include('never instructions')
    const paying = tools.filter(({ annotations }) => annotations?.destructiveHint === true)
    expect(paying.map(({ name }) => name)).to.have.members(['accept_offer', 'release_payment', 'make_offer'])
    const changing = tools.filter(({ annotations }) => annotations?.readOnlyHint === false)
    expect(changing.map(({ name }) => name)).to.have.members([
      ...['publish_intent', 'accept_offer', 'release_payment', 'make_offer', 'deliver', 'withdraw'],
    ])
  })

  it('finds agents as the REST route does', async () => {
    const wish = { wallet: seller.address, limit: 5 }
    const found = await until(async () => {
      const answer = await call('search_agents', wish)
      return answer.data.length > 0 ? answer : undefined
    })
    const rest = await fetch(`${indexer.url}/v1/agents?wallet=${seller.address}&limit=5`)
    expect(found.data).to.deep.equal(((await rest.json()) as Json).data)
    expect(found.data[0]).to.include({ wallet: seller.address })
  })

  it('is told what to sign', async () => {
    const { data } = await call('prepare_intent', draft())
    expect(hashTypedData(data.typedData)).to.equal(data.hash)
  })

  it('buys energy: whoever has the key signs what the tools say, and nothing else is needed', async () => {
    const { data: prepared } = await call('prepare_intent', draft())
    const { next } = await call('watch', { seconds: 1, event: 'reorg' })
    const { data: published } = await call('publish_intent', {
      ...{ intent: prepared.intent, signature: await buyer.signTypedData(prepared.typedData) },
    })
    const heard = await call('watch', { after: next, event: 'offer', intent: published.hash, seconds: 30 })
    expect(heard.data[0]).to.include({ event: 'offer' })
    const { data: offers } = await call('list_offers', { hash: published.hash })
    const [offer] = offers
    expect(offer).to.include({ payment: '1500000', seller: seller.address })
    expect(heard.data[0].data.id).to.equal(offer.id)

    const { data: due } = await call('prepare_agreement', { offer: offer.id })
    const { validAfter, validBefore } = due.authorization.message
    const signature = await buyer.signTypedData(due.authorization)
    const accepted = await call('accept_offer', {
      ...{ offer: offer.id, signature: await buyer.signTypedData(due.agreement) },
      funding: { kind: 'authorization', validAfter, validBefore, signature },
    })
    expect(accepted.data).to.include({ id: offer.id, state: 'opened' })

    const { data: delivered } = await until(async () => {
      const answer = await call('get_delivery', { id: offer.id })
      return answer.problem === undefined ? answer : undefined
    })
    expect(delivered.delivery.quantity).to.equal('5000')
    const paid = await call('release_payment', {
      ...{ id: offer.id, signature: await buyer.signTypedData(delivered.release) },
    })
    expect(paid.data.state).to.equal('released')
    const { data: trade } = await until(async () => {
      const { data } = await call('list_trades', { buyer: buyer.address })
      return data.length > 0 ? { data: data[0] } : undefined
    })
    expect(trade).to.include({ id: offer.id, payment: '1500000', intentHash: published.hash })
  })

  it('is told what is wrong with what it gives', async () => {
    const { problem } = await call('prepare_intent', { ...draft(), quantity: '-1' })
    expect(problem).to.include({ status: 400, field: 'quantity' })
    expect((await call('search_agents', { limit: 1000 })).problem).to.include({ field: 'limit' })
  })
})
