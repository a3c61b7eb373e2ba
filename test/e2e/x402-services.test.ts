import { decodePaymentRequiredHeader } from '@x402/core/http'
import { expect } from 'chai'
import { createPublicClient, createWalletClient, http, keccak256, sha256, toBytes } from 'viem'
import { balanceOf, mint } from '../../agent/chain/actions/token.ts'
import { type Address, type MeshNetwork, openKnowledge } from '../../agent/index.ts'
import { type Indexer, startIndexer } from '../../indexer/index.ts'
import { testDollarAbi } from '../../protocol/abis/index.ts'
import { meshDomain } from '../../protocol/deployment.ts'
import { hashServiceAnswer } from '../../protocol/eip712.ts'
import { verifyDigest } from '../../protocol/signature.ts'
import { startMarket, type TestMarket } from './support/market.ts'
import { type Payer, stranger } from './support/payer.ts'
import { findService, PRICE } from './support/services.ts'

// biome-ignore lint/suspicious/noExplicitAny: the tests look into JSON of many shapes
type Json = any

describe('paying an agent for an answer by x402', function () {
  this.timeout(60_000)
  let market: TestMarket
  let provider: MeshNetwork
  let gateway: MeshNetwork
  let indexer: Indexer
  let token: Address
  let payer: Payer
  /** What the agent does with a question. */
  let work: (question: string) => string | Promise<string>

  before(async () => {
    market = await startMarket()
    token = market.descriptor().deployment.contracts.testDollar
    provider = await market.join({ capabilities: ['data.fx', 'data.free', 'data.dear', 'data.rows'] })
    const asText = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
    provider.serve('data.fx', (question) => work(asText(question)), { price: PRICE })
    provider.serve('data.free', (question) => work(asText(question)))
    provider.serve('data.dear', (question) => work(asText(question)), { price: PRICE + 1n })
    const rows = (question: Uint8Array) =>
      ({ kind: 'dataset', contentType: 'text/csv', body: `time,price\n${asText(question)},17` }) as const
    const terms = { ttl: 600n, licence: 'CC-BY-4.0', reuse: 'resale' } as const
    provider.serveKnowledge('data.rows', rows, { price: PRICE, ...terms })
    gateway = await market.join({ bootstrapPeers: provider.endpoints, capabilities: [] })
    await findService(gateway, provider)
    const network = market.descriptor(provider.endpoints)
    indexer = await startIndexer({ network, gateway, pollInterval: 20, servicePrice: PRICE })
  })
  after(async () => {
    await indexer?.stop()
    await market?.stop()
  })
  beforeEach(async () => {
    work = (question) => `1.08 at ${question}`
    payer = stranger(market.descriptor().deployment)
    await market.send(mint(token, payer.account.address, 10n * PRICE))
    await market.fund(payer.account.address)
  })

  const client = () => createPublicClient({ transport: http(market.descriptor().rpcUrl) })
  const held = (who: Address) => balanceOf(client(), token, who)
  const left = () => held(payer.account.address)

  async function ask(
    question: string,
    { by = payer.fetch, service = 'data.fx', agent = provider.address, headers = {} } = {},
  ) {
    const response = await by(`${indexer.url}/v1/agents/${agent}/services/${service}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify({ question }),
    })
    return { status: response.status, headers: response.headers, body: (await response.json()) as Json }
  }

  it('gives the stock client the agent’s signed answer, for the agent’s price', async () => {
    const before = await held(gateway.address)
    const { status, body } = await ask('monday')
    expect(status, JSON.stringify(body)).to.equal(200)
    const { text, signature, question, answeredAt, expiry } = body.data
    expect(body.data).to.include({ text: '1.08 at monday', agent: provider.address, price: String(PRICE) })
    const value = {
      ...{ agent: provider.address, capability: 'data.fx', question, body: keccak256(toBytes(text)) },
      ...{ answeredAt: BigInt(answeredAt), expiry: BigInt(expiry) },
    }
    const domain = meshDomain(market.descriptor().deployment)
    verifyDigest(hashServiceAnswer(domain, value), signature, provider.address)
    expect(question).to.equal(keccak256(toBytes('monday')))
    expect(await left()).to.equal(9n * PRICE)
    expect(await held(gateway.address)).to.equal(before + PRICE)
    // The agent is paid by the gateway, on the tab that it has there.
    expect(gateway.deals().map(({ agreement }) => agreement.seller)).to.deep.equal([provider.address])
  })

  it('gives an answer that others may keep, with the terms that its agent signed', async () => {
    const { status, body } = await ask('monday', { service: 'data.rows' })
    expect(status, JSON.stringify(body)).to.equal(200)
    const domain = meshDomain(market.descriptor().deployment)
    const { value, text } = openKnowledge(domain, Buffer.from(body.data.body, 'base64'))
    expect(text).to.equal('time,price\nmonday,17')
    expect(value).to.include({ agent: provider.address, licence: 'CC-BY-4.0', reuse: 'resale' })
    expect(value.question).to.equal(sha256(toBytes('monday')))
    expect(await left()).to.equal(9n * PRICE)
  })

  it('says first what it costs, and to whom it is paid', async () => {
    const { status, headers } = await ask('monday', { by: fetch })
    expect(status).to.equal(402)
    const { accepts } = decodePaymentRequiredHeader(headers.get('PAYMENT-REQUIRED') ?? '')
    expect(accepts[0]).to.include({ amount: String(PRICE), payTo: gateway.address, asset: token })
  })

  it('takes nothing when the agent fails', async () => {
    work = () => {
      throw new Error('no data')
    }
    const { status, headers } = await ask('tuesday')
    expect(status).to.equal(422)
    expect(headers.has('PAYMENT-RESPONSE')).to.equal(false)
    expect(await left()).to.equal(10n * PRICE)
  })

  it('asks for nothing where the agent does not', async () => {
    const { status, body } = await ask('wednesday', { by: fetch, service: 'data.free' })
    expect(status, JSON.stringify(body)).to.equal(200)
    expect(body.data).to.include({ text: '1.08 at wednesday', price: '0' })
  })

  it('answers one question of a payer at a time', async () => {
    let finish: (text: string) => void = () => undefined
    const asked = new Promise<void>((resolve) => {
      work = () => {
        resolve()
        return new Promise<string>((answer) => {
          finish = answer
        })
      }
    })
    const first = ask('thursday')
    await asked
    const second = await ask('friday')
    expect(second.status).to.equal(409)
    finish('done')
    expect((await first).status).to.equal(200)
    expect(await left()).to.equal(9n * PRICE)
  })

  it('keeps the answer from a payer that spends its money meanwhile', async () => {
    work = async () => {
      const { account } = payer
      const wallet = createWalletClient({ account, transport: http(market.descriptor().rpcUrl) })
      const args = [gateway.address, 10n * PRICE] as const
      const hash = await wallet.writeContract({
        address: token,
        abi: testDollarAbi,
        functionName: 'transfer',
        args,
        chain: null,
      })
      await client().waitForTransactionReceipt({ hash })
      return 'the secret'
    }
    const { status, body } = await ask('saturday')
    expect(status).to.equal(402)
    expect(JSON.stringify(body)).to.not.include('the secret')
  })

  it('refuses what is not there, too dear, or malformed', async () => {
    const { body: unknown, status } = await ask('sunday', { agent: token })
    expect([status, unknown.field]).to.deep.equal([404, 'agent'])
    const { body: other } = await ask('sunday', { service: 'data.weather' })
    expect([other.status, other.field]).to.deep.equal([404, 'service'])
    expect((await ask('sunday', { service: 'data.dear' })).body.type).to.equal(
      'urn:mesh:problem:price-too-high',
    )
    const headers = { 'PAYMENT-SIGNATURE': 'nonsense' }
    expect((await ask('sunday', { by: fetch, headers })).status).to.equal(400)
    expect(await left()).to.equal(10n * PRICE)
  })
})
