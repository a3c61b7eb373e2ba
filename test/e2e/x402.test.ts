import { decodePaymentRequiredHeader, decodePaymentResponseHeader } from '@x402/core/http'
import type { PaymentRequired } from '@x402/core/types'
import { expect } from 'chai'
import { createPublicClient, createTestClient, http, numberToHex } from 'viem'
import { balanceOf, mint } from '../../agent/chain/actions/token.ts'
import type { Address, MeshNetwork } from '../../agent/index.ts'
import { type Indexer, startIndexer } from '../../indexer/index.ts'
import { until } from '../agent/support/until.ts'
import { Random } from '../indexer/support/random.ts'
import { SEED } from '../seed.ts'
import { startMarket, type TestMarket } from './support/market.ts'
import { type Payer, stranger } from './support/payer.ts'

const PRICE = 2_500n
const PATH = '/v1/stats'
const MUTATIONS = 300
const NASTY = [
  '',
  '0',
  '-1',
  '0x',
  '9'.repeat(90),
  `0x${'f'.repeat(40)}`,
  '__proto__',
  null,
  [],
  {},
  1e308,
  true,
]

/** What is changed of a payment: members of what is signed, its signature, and what it says that it accepts. */
interface Changes
  extends Partial<Record<'from' | 'to' | 'value' | 'validAfter' | 'validBefore' | 'nonce', string>> {
  signature?: string
  accepted?: Record<string, string>
}

describe('paying for reads by x402', function () {
  this.timeout(60_000)
  let market: TestMarket
  let gateway: MeshNetwork
  let indexer: Indexer
  let token: Address
  let payer: Payer

  before(async () => {
    market = await startMarket()
    gateway = await market.join({ enrolls: false, capabilities: [], domains: ['energy'] })
    token = market.descriptor().deployment.contracts.testDollar
    indexer = await serve({ readsPerMinute: 0 })
  })
  after(async () => {
    await indexer?.stop()
    await market?.stop()
  })
  beforeEach(async () => {
    payer = stranger(market.descriptor().deployment)
    await market.send(mint(token, payer.account.address, 10n * PRICE))
  })

  const serve = (options: { readsPerMinute: number }) =>
    startIndexer({
      network: market.descriptor(gateway.endpoints),
      ...{ gateway, pollInterval: 20, price: PRICE, writesPerMinute: 1_000_000, ...options },
    })
  const chain = () => createPublicClient({ transport: http(market.descriptor().rpcUrl) })
  const held = (who: Address) => balanceOf(chain(), token, who)
  const left = () => held(payer.account.address)

  async function asked(path = PATH): Promise<PaymentRequired> {
    const { status, headers } = await fetch(indexer.url + path)
    expect(status).to.equal(402)
    return decodePaymentRequiredHeader(headers.get('PAYMENT-REQUIRED') ?? '')
  }

  const send = (header: string, path = PATH) =>
    fetch(indexer.url + path, { headers: { 'PAYMENT-SIGNATURE': header } })
  const encode = (payment: unknown) => Buffer.from(JSON.stringify(payment)).toString('base64')

  /** What a client would pay, with some members changed. */
  async function payment({ accepted, signature, ...changes }: Changes = {}) {
    const made = await payer.pay(await asked())
    const exact = made.payload as { signature: string; authorization: object }
    const authorization = { ...exact.authorization, ...changes }
    const payload = { signature: signature ?? exact.signature, authorization }
    return { ...made, accepted: { ...made.accepted, ...accepted }, payload }
  }

  it('serves the stock client, which pays by itself, and the money is there', async () => {
    const before = await held(gateway.address)
    const response = await payer.fetch(indexer.url + PATH)
    expect(response.status).to.equal(200)
    const { data } = (await response.json()) as { data: object }
    expect(data).to.have.property('agreements')
    const paid = decodePaymentResponseHeader(response.headers.get('PAYMENT-RESPONSE') ?? '')
    expect(paid).to.include({
      success: true,
      payer: payer.account.address.toLowerCase(),
      amount: String(PRICE),
    })
    const receipt = await chain().getTransactionReceipt({ hash: paid.transaction as `0x${string}` })
    expect(receipt.status).to.equal('success')
    expect(await held(gateway.address)).to.equal(before + PRICE)
    expect(await left()).to.equal(9n * PRICE)
  })

  it('says what is due: to whom, for what, in which token', async () => {
    const { x402Version, error, resource, accepts } = await asked()
    expect({ x402Version, error, url: resource.url }).to.deep.equal({
      ...{ x402Version: 2, error: 'payment_required', url: indexer.url + PATH },
    })
    expect(accepts).to.deep.equal([
      {
        ...{ scheme: 'exact', network: 'eip155:31337', amount: String(PRICE), asset: token },
        ...{ payTo: gateway.address, maxTimeoutSeconds: 300, extra: { name: 'Test Dollar', version: '1' } },
      },
    ])
  })

  it('takes nothing for what is free, nor for what is not served', async () => {
    const generous = await serve({ readsPerMinute: 2 })
    try {
      for (let sent = 0; sent < 2; sent++) {
        const free = await fetch(generous.url + PATH, {
          headers: { 'PAYMENT-SIGNATURE': encode(await payment()) },
        })
        expect(free.status).to.equal(200)
        expect(free.headers.has('PAYMENT-RESPONSE')).to.equal(false)
      }
    } finally {
      await generous.stop()
    }
    const failures: [string, number][] = [
      ['/v1/trades?limit=0', 400],
      ['/v1/agents/999', 404],
    ]
    for (const [path, status] of failures)
      expect((await payer.fetch(indexer.url + path)).status).to.equal(status)
    expect(await left()).to.equal(10n * PRICE)
  })

  it('sells no stream, which could not be kept back until it is paid for', async () => {
    for (const path of ['/v1/stream', '/v1/stream/', '/V1/Stream']) {
      const leaving = new AbortController()
      const { status, headers } = await fetch(indexer.url + path, {
        ...{ headers: { 'PAYMENT-SIGNATURE': encode(await payment()) }, signal: leaving.signal },
      })
      leaving.abort()
      expect(status, path).to.equal(429)
      expect(headers.has('PAYMENT-REQUIRED'), path).to.equal(false)
    }
  })

  it('serves a payment once: not again, and of two at a time one', async () => {
    const header = encode(await payment())
    const both = await Promise.all([send(header), send(header)])
    expect(both.map(({ status }) => status).toSorted()).to.deep.equal([200, 402])
    const again = await send(header)
    expect(again.status).to.equal(402)
    expect(await reasonOf(again)).to.equal('invalid_exact_evm_nonce_already_used')
    expect(await left()).to.equal(9n * PRICE)
  })

  it('does not serve before the payment is in a block', async () => {
    const node = createTestClient({ mode: 'hardhat', transport: http(market.descriptor().rpcUrl) })
    const header = encode(await payment())
    await node.setAutomine(false)
    try {
      let isServed = false
      const served = send(header).finally(() => {
        isServed = true
      })
      while ((await chain().getBlock({ blockTag: 'pending' })).transactions.length === 0)
        expect(isServed).to.equal(false)
      expect(isServed).to.equal(false)
      await node.mine({ blocks: 1 })
      expect((await served).status).to.equal(200)
    } finally {
      await node.setAutomine(true)
    }
  })

  it('makes a payment once, and answers it once, when its client goes before the answer and sends it again', async () => {
    const node = createTestClient({ mode: 'hardhat', transport: http(market.descriptor().rpcUrl) })
    const header = encode(await payment())
    const pending = async () => (await chain().getBlock({ blockTag: 'pending' })).transactions.length
    await node.setAutomine(false)
    try {
      const leaving = new AbortController()
      const headers = { 'PAYMENT-SIGNATURE': header }
      fetch(indexer.url + PATH, { headers, signal: leaving.signal }).catch(() => undefined)
      await until(async () => (await pending()) > 0 || undefined)
      leaving.abort()
      expect((await send(header)).status).to.equal(402)
      expect(await pending()).to.equal(1)
      await node.mine({ blocks: 1 })
      await until(async () => (await send(header)).status === 200 || undefined)
      expect(await reasonOf(await send(header))).to.equal('invalid_exact_evm_nonce_already_used')
    } finally {
      await node.setAutomine(true)
    }
  })

  it('sends none for what a balance pays for once only, and is promised twice', async () => {
    const node = createTestClient({ mode: 'hardhat', transport: http(market.descriptor().rpcUrl) })
    payer = stranger(market.descriptor().deployment)
    await market.send(mint(token, payer.account.address, PRICE))
    const [first, second] = [encode(await payment()), encode(await payment())]
    await node.setAutomine(false)
    try {
      const served = send(first)
      while ((await chain().getBlock({ blockTag: 'pending' })).transactions.length === 0);
      const refused = await send(second)
      expect(await reasonOf(refused)).to.equal('invalid_exact_evm_insufficient_balance')
      await node.mine({ blocks: 1 })
      expect((await served).status).to.equal(200)
    } finally {
      await node.setAutomine(true)
    }
  })

  it('refuses what is wrong, says why, and moves nothing', async () => {
    const other = stranger(market.descriptor().deployment).account.address
    const value = 'invalid_exact_evm_payload_authorization_value_mismatch'
    const cases: [string, string, Changes][] = [
      ['too little', value, { accepted: { amount: '1' } }],
      ['too little signed', value, { value: '1' }],
      ['another token', 'invalid_exact_evm_asset_mismatch', { accepted: { asset: other } }],
      ['another chain', 'invalid_exact_evm_network_mismatch', { accepted: { network: 'eip155:1' } }],
      ['another scheme', 'invalid_exact_evm_scheme', { accepted: { scheme: 'upto' } }],
      ['another payee', 'invalid_exact_evm_recipient_mismatch', { accepted: { payTo: other } }],
      ['another payee signed', 'invalid_exact_evm_recipient_mismatch', { to: other }],
      ['expired', 'invalid_exact_evm_payload_authorization_valid_before', { validBefore: '1' }],
      ['too early', 'invalid_exact_evm_payload_authorization_valid_after', { validAfter: '99999999999' }],
      ['another nonce', 'invalid_exact_evm_signature', { nonce: `0x${'7'.repeat(64)}` }],
      ['of another', 'invalid_exact_evm_signature', { from: other }],
      ['forged', 'invalid_exact_evm_signature', { signature: `0x${'1'.repeat(128)}1b` }],
    ]
    const height = await chain().getBlockNumber()
    for (const [name, reason, changes] of cases) {
      const refused = await send(encode(await payment(changes)))
      expect(refused.status, name).to.equal(402)
      expect(await reasonOf(refused), name).to.equal(reason)
    }
    expect(await chain().getBlockNumber()).to.equal(height)
    expect(await left()).to.equal(10n * PRICE)
  })

  it('refuses an empty wallet', async () => {
    payer = stranger(market.descriptor().deployment)
    const response = await payer.fetch(indexer.url + PATH)
    expect(response.status).to.equal(402)
    expect(await reasonOf(response)).to.equal('invalid_exact_evm_insufficient_balance')
  })

  it('says what is malformed', async () => {
    const cases: [string, string][] = [
      ['!', 'PAYMENT-SIGNATURE'],
      [encode([]), 'PAYMENT-SIGNATURE'],
      ['a'.repeat(9_000), 'PAYMENT-SIGNATURE'],
      [encode({ ...(await payment()), x402Version: 1 }), 'x402Version'],
      [encode(await payment({ value: '-1' })), 'payload.authorization.value'],
      [encode(await payment({ signature: '0x' })), 'payload.signature'],
    ]
    for (const [header, field] of cases) {
      const response = await send(header)
      const problem = (await response.json()) as Record<string, string>
      expect(response.status, field).to.equal(400)
      expect(problem).to.include({ type: 'urn:mesh:problem:payment-malformed', field })
    }
  })

  it(`never fails at ${MUTATIONS} payments that were changed at random, nor takes one (seed ${SEED})`, async () => {
    const random = new Random(SEED)
    const made = await payment()
    const { accepted, payload } = made
    for (let sent = 0; sent < MUTATIONS; sent++) {
      const [of, ...others] = random.pick([
        [accepted, 'scheme', 'network', 'amount', 'asset', 'payTo'],
        [payload.authorization, 'from', 'to', 'value', 'validAfter', 'validBefore', 'nonce'],
        [payload, 'signature', 'authorization'],
        [made, 'x402Version', 'accepted', 'payload'],
      ] as [Record<string, unknown>, ...string[]][])
      const name = random.pick(others)
      const kept = of[name]
      of[name] =
        typeof kept === 'string' && random.below(2) === 0 ? flipped(kept, random) : random.pick(NASTY)
      const text = encode(made)
      const isSame = String(of[name]).toLowerCase() === String(kept).toLowerCase()
      of[name] = kept
      if (isSame) continue
      const { status } = await send(random.below(10) === 0 ? text.slice(0, random.below(text.length)) : text)
      expect(status, text).to.be.oneOf([400, 402])
    }
    expect(await left()).to.equal(10n * PRICE)
  })

  it('says that it is its own fault, and takes nothing, when it has no gas money', async () => {
    const node = createTestClient({ mode: 'hardhat', transport: http(market.descriptor().rpcUrl) })
    await node.request({ method: 'hardhat_setBalance', params: [gateway.address, numberToHex(0)] } as never)
    try {
      const response = await send(encode(await payment()))
      expect(response.status).to.equal(503)
      expect(((await response.json()) as { type: string }).type).to.equal(
        'urn:mesh:problem:insufficient-funds',
      )
      expect(await left()).to.equal(10n * PRICE)
    } finally {
      await market.fund(gateway.address)
    }
  })
})

async function reasonOf(response: Response): Promise<string | undefined> {
  return decodePaymentRequiredHeader(response.headers.get('PAYMENT-REQUIRED') ?? '').error
}

/** A text with one character changed. */
function flipped(text: string, random: Random): string {
  const at = random.below(Math.max(text.length, 1))
  return text.slice(0, at) + random.pick([...'0123456789abcdefx']) + text.slice(at + 1)
}
