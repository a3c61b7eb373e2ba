import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { expect } from 'chai'
import { hashTypedData } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import type { MeshNetwork } from '../../agent/index.ts'
import { type Indexer, startIndexer } from '../../indexer/index.ts'
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
    console.log(JSON.stringify(tools).length)
  })

  it('finds agents as the REST route does', async () => {
    const found = await call('search_agents', { capability: 'energy.supply', limit: 5 })
    const { data } = await (await fetch(`${indexer.url}/v1/agents?capability=energy.supply&limit=5`)).json()
    expect(found.data).to.deep.equal(data)
  })

  it('is told what to sign', async () => {
    const { data } = await call('prepare_intent', draft())
    expect(hashTypedData(data.typedData)).to.equal(data.hash)
  })

  it('is told what is wrong with what it gives', async () => {
    const { problem } = await call('prepare_intent', { ...draft(), quantity: '-1' })
    expect(problem).to.include({ status: 400, field: 'quantity' })
    expect((await call('search_agents', { limit: 1000 })).problem).to.include({ field: 'limit' })
  })
})
