import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { pino } from 'pino'
import { createWalletClient, http } from 'viem'
import { generatePrivateKey, type HDAccount, privateKeyToAccount } from 'viem/accounts'
import { createSiweMessage, parseSiweMessage } from 'viem/siwe'
import { type Indexer, startIndexer } from '../../indexer/index.ts'
import type { Address } from '../../protocol/types.ts'
import { skipUnlessLinux } from '../agent/support/skip.ts'
import { type ServedMarket, serveMarket } from './support/api.ts'
import { askFrom } from './support/ask-from.ts'
import { account } from './support/market.ts'
import { emptyDatabase } from './support/postgres.ts'

// biome-ignore lint/suspicious/noExplicitAny: the tests look into JSON of many shapes
type Json = any
type Signer = Pick<HDAccount, 'address' | 'signMessage'>

describe('API keys', function () {
  this.timeout(60_000)
  let served: ServedMarket
  let indexer: Indexer
  const logged: string[] = []

  before(async () => {
    served = await serveMarket()
    const logger = pino({ level: 'trace' }, { write: (line: string) => logged.push(line) })
    indexer = await startIndexer({
      network: served.market.network,
      pollInterval: 20,
      writesPerMinute: 10_000,
      logger,
    })
    await indexer.waitForBlock(await served.market.height())
  })
  after(async () => {
    await indexer?.stop()
    await served?.stop()
  })

  async function ask(
    path: string,
    { body, key, url = indexer.url }: { body?: Json; key?: string; url?: string } = {},
  ) {
    const headers: Record<string, string> = key === undefined ? {} : { Authorization: `Bearer ${key}` }
    const init = body && {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    }
    const response = await fetch(url + path, init ?? { headers })
    return { status: response.status, headers: response.headers, body: (await response.json()) as Json }
  }

  const newcomer = () => privateKeyToAccount(generatePrivateKey())

  async function prepared(address: Address, more: object = {}): Promise<string> {
    const { status, body } = await ask('/v1/keys/prepare', { body: { address, ...more } })
    expect(status, JSON.stringify(body)).to.equal(200)
    return body.data.message
  }

  async function issued(signer: Signer, more: object = {}): Promise<Json> {
    const message = await prepared(signer.address, more)
    const { status, body } = await ask('/v1/keys', {
      body: { message, signature: await signer.signMessage({ message }) },
    })
    expect(status, JSON.stringify(body)).to.equal(200)
    return body.data
  }

  /** What is answered to a message that is changed before it is signed. */
  async function refused(signer: Signer, change: (fields: Json) => void): Promise<Json> {
    const fields: Json = parseSiweMessage(await prepared(signer.address))
    change(fields)
    const message = createSiweMessage(fields)
    return ask('/v1/keys', { body: { message, signature: await signer.signMessage({ message }) } })
  }

  it('are issued to who signs in, once, and named in headers', async () => {
    const owner = newcomer()
    const made = await issued(owner, { name: 'my dashboard', days: 7 })
    expect(made.key).to.match(/^mesh_[\w-]{43}$/)
    expect(made).to.include({ owner: owner.address, name: 'my dashboard' })
    expect(Date.parse(made.expiresAt) - Date.parse(made.createdAt)).to.equal(7 * 86_400_000)
    const { status, headers } = await ask('/v1/trades', { key: made.key })
    expect(status).to.equal(200)
    expect(headers.get('RateLimit')).to.match(/^"signed-in-reads"; r=5999;/)
    expect((await ask('/v1/trades')).headers.get('RateLimit')).to.match(/^"anonymous-reads"/)
  })

  it('are worth more to who has stake, and count together', async () => {
    const first = await issued(served.seller)
    const second = await issued(served.seller)
    expect((await ask('/v1/trades', { key: first.key })).headers.get('RateLimit')).to.match(
      /^"staked-reads"; r=29999;/,
    )
    expect((await ask('/v1/trades', { key: second.key })).headers.get('RateLimit')).to.match(
      /^"staked-reads"; r=29998;/,
    )
    const written = await ask('/v1/keys/prepare', {
      key: first.key,
      body: { address: served.seller.address },
    })
    expect(written.headers.get('RateLimit')).to.match(/^"staked-writes"; r=\d+;/)
    expect(written.headers.get('RateLimit-Policy')).to.include('q=100000;')
  })

  it('give an address that cost nothing no share of its own', async () => {
    const left = async (key: string) =>
      Number(/r=(\d+)/.exec((await ask('/v1/trades', { key })).headers.get('RateLimit') ?? '')?.[1])
    const first = await left((await issued(newcomer())).key)
    expect(await left((await issued(newcomer())).key)).to.equal(first - 1)
  })

  it('are listed for their owner alone, without the key', async () => {
    const owner = newcomer()
    const { key, ...shown } = await issued(owner, { name: 'one' })
    await issued(newcomer(), { name: 'another’s' })
    const { body, headers } = await ask('/v1/keys', { key })
    expect(body.data).to.deep.equal([shown])
    expect(headers.get('Access-Control-Allow-Credentials')).to.equal(null)
    const anonymous = await ask('/v1/keys')
    expect(anonymous.status).to.equal(401)
    expect(anonymous.headers.get('WWW-Authenticate')).to.equal('Bearer')
  })

  it('are refused when they are revoked, have expired, or are none', async () => {
    const owner = newcomer()
    const made = await issued(owner)
    const other = await issued(owner)
    expect((await ask('/v1/trades', { key: made.key })).status).to.equal(200)
    const stranger = await issued(newcomer())
    const revoke = (key: string) => ask(`/v1/keys/${made.id}/revoke`, { key, body: {} })
    expect((await revoke(stranger.key)).status).to.equal(404)
    expect((await revoke(other.key)).status).to.equal(200)
    expect((await ask('/v1/trades', { key: made.key })).status).to.equal(401)
    expect((await ask('/v1/trades', { key: other.key })).status).to.equal(200)
    for (const none of ['mesh_', `mesh_${'a'.repeat(43)}`, 'x', `${other.key}a`]) {
      const { status, body } = await ask('/v1/trades', { key: none })
      expect(status, none).to.equal(401)
      expect(body.type).to.equal('urn:mesh:problem:key-unknown')
      expect(JSON.stringify(body)).to.not.include(none.length > 5 ? none : 'never')
    }
  })

  it('that are none are looked up for as long as an address does not try one after the other', async function () {
    skipUnlessLinux(this, 'it asks from several addresses of this machine')
    const { key } = await issued(newcomer())
    const askWith = (bearer: string, address = '127.0.0.2') =>
      askFrom(address, `${indexer.url}/v1/trades`, { Authorization: `Bearer ${bearer}` })
    expect((await askWith(key)).status).to.equal(200)
    const guess = async (number: number) => (await askWith(`mesh_${String(number).padStart(43, 'a')}`)).status
    const statuses = []
    for (let number = 0; statuses.at(-1) !== 429; number++) {
      expect(number, 'guesses').to.be.below(2_000)
      statuses.push(await guess(number))
    }
    expect(statuses.length).to.be.above(50)
    expect(new Set(statuses)).to.deep.equal(new Set([401, 429]))
    const { status, body } = await askWith(`mesh_${'b'.repeat(43)}`)
    expect(status).to.equal(429)
    expect(JSON.parse(body)).to.include({ type: 'urn:mesh:problem:keys-unknown', field: 'Authorization' })
    // Who was known once still is, also when it has to be looked up again after a write, and others are not concerned.
    await issued(newcomer())
    expect((await askWith(key)).status).to.equal(200)
    expect((await askWith(`mesh_${'b'.repeat(43)}`, '127.0.0.3')).status).to.equal(401)
  })

  it('take a message that was signed for this API, now, by whom it names, and no other', async () => {
    const signer = newcomer()
    const cases: [string, (fields: Json) => void][] = [
      ['message.domain', (fields) => Object.assign(fields, { domain: 'evil.example' })],
      ['message.uri', (fields) => Object.assign(fields, { uri: 'https://evil.example/' })],
      ['message.chainId', (fields) => Object.assign(fields, { chainId: 1 })],
      ['message.expirationTime', (fields) => Object.assign(fields, { expirationTime: new Date(1) })],
      ['message.notBefore', (fields) => Object.assign(fields, { notBefore: new Date(Date.now() + 60_000) })],
      ['message.nonce', (fields) => Object.assign(fields, { nonce: 'abcdefgh12345678' })],
      ['message.nonce', (fields) => Object.assign(fields, { nonce: parseSiweMessage(othersMessage).nonce })],
      ['signature', (fields) => Object.assign(fields, { address: account(1).address })],
    ]
    const othersMessage = await prepared(newcomer().address)
    for (const [field, change] of cases) {
      const { status, body } = await refused(signer, change)
      expect(status, field).to.equal(422)
      expect(body.field).to.equal(field)
    }
    const message = await prepared(signer.address)
    const malformed = await ask('/v1/keys', {
      body: { message: 'hello', signature: await signer.signMessage({ message: 'hello' }) },
    })
    expect(malformed.status).to.equal(400)
    const forged = await ask('/v1/keys', {
      body: { message, signature: await newcomer().signMessage({ message }) },
    })
    expect(forged.status).to.equal(422)
    expect(forged.body.type).to.equal('urn:mesh:problem:signer-wrong')
  })

  it('are issued once for a nonce, also to two who come at a time', async () => {
    const signer = newcomer()
    const message = await prepared(signer.address)
    const body = { message, signature: await signer.signMessage({ message }) }
    const both = await Promise.all([ask('/v1/keys', { body }), ask('/v1/keys', { body })])
    expect(both.map(({ status }) => status).toSorted()).to.deep.equal([200, 422])
    const again = await ask('/v1/keys', { body })
    expect(again.body).to.include({ type: 'urn:mesh:problem:nonce-unknown', field: 'message.nonce' })
  })

  it('are issued to a contract that says that it signed (ERC-1271)', async () => {
    const owner = account(3)
    const file = new URL(
      '../../artifacts/contracts/mocks/ContractWallet.sol/ContractWallet.json',
      import.meta.url,
    )
    const { abi, bytecode } = JSON.parse(readFileSync(file, 'utf8'))
    const wallet = createWalletClient({ account: owner, transport: http(served.market.rpcUrl) })
    const hash = await wallet.deployContract({ abi, bytecode, args: [owner.address], chain: null })
    const { contractAddress } = await served.market.receipt(hash)
    const address = contractAddress as Address
    const contract = { address, signMessage: owner.signMessage }
    expect((await issued(contract)).owner.toLowerCase()).to.equal(address)
    const stranger = newcomer()
    const { status } = await refused({ address, signMessage: stranger.signMessage }, () => undefined)
    expect(status).to.equal(422)
  })

  it('are bounded for each owner', async () => {
    const owner = newcomer()
    for (let made = 0; made < 16; made++) await issued(owner)
    const { status, body } = await refused(owner, () => undefined)
    expect(status).to.equal(422)
    expect(body.type).to.equal('urn:mesh:problem:too-many-keys')
  })

  it('count at processes that only read, which make none', async () => {
    const { network } = served.market
    const database = await emptyDatabase()
    const writer = await startIndexer({ network, database, pollInterval: 20 })
    const reader = await startIndexer({ network, database, readOnly: true })
    try {
      const signer = newcomer()
      const { body } = await ask('/v1/keys/prepare', { body: { address: signer.address }, url: writer.url })
      const { message } = body.data
      const signature = await signer.signMessage({ message })
      const made = await ask('/v1/keys', { body: { message, signature }, url: writer.url })
      const { key } = made.body.data
      const read = await ask('/v1/trades', { key, url: reader.url })
      expect(read.headers.get('RateLimit')).to.match(/^"signed-in-reads"/)
      const refusal = await ask('/v1/keys/prepare', { body: { address: signer.address }, url: reader.url })
      expect(refusal.status).to.equal(503)
      expect(refusal.body.remedy).to.match(/Ask one that may/)
    } finally {
      await reader.stop()
      await writer.stop()
    }
  })

  it('are in no log', async () => {
    const { key } = await issued(newcomer())
    await ask('/v1/trades', { key })
    expect(logged.join('')).to.not.include('mesh_')
  })
})
