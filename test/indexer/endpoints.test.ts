import { expect } from 'chai'
import { numberToHex } from 'viem'
import type { HDAccount } from 'viem/accounts'
import { Endpoints } from '../../indexer/follower/endpoints.ts'
import { type Indexer, startIndexer } from '../../indexer/index.ts'
import { type Anvil, startAnvil } from './support/anvil.ts'
import {
  dump,
  dumpFresh,
  emptyDataDir,
  type RunningIndex,
  removeDataDirs,
  startIndex,
} from './support/index-of.ts'
import { Market } from './support/market.ts'
import { type Relay, startRelay } from './support/relay.ts'

const SECRET = '/v2/s3cr3t?key=s3cr3t'

describe('an index with several endpoints', function () {
  this.timeout(90_000)
  let anvil: Anvil
  let market: Market
  let buyer: HDAccount
  let seller: HDAccount
  const closing: (() => unknown)[] = []

  before(async () => {
    anvil = await startAnvil()
    market = await Market.deploy(anvil.rpcUrl)
    buyer = await market.join(1)
    seller = await market.join(2)
  })
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close()
  })
  after(async () => {
    await anvil?.stop()
    removeDataDirs()
  })

  async function relayTo(rpcUrl: string): Promise<Relay> {
    const relay = await startRelay(rpcUrl)
    closing.push(() => relay.stop())
    return relay
  }
  async function index(...urls: string[]): Promise<RunningIndex> {
    const running = await startIndex(urls, market.deployment)
    closing.push(() => running.stop())
    return running
  }
  async function serve(...rpcUrls: string[]): Promise<Indexer> {
    const options = { network: market.network, rpcUrls, pollInterval: 20, dataDir: await emptyDataDir() }
    const indexer = await startIndexer(options)
    closing.push(() => indexer.stop())
    return indexer
  }
  /** An endpoint that knows the chain up to its present height, and goes on from there by itself, if at all. */
  async function fork(): Promise<Anvil> {
    const height = await market.height()
    const forked = await startAnvil('--fork-url', anvil.rpcUrl, '--fork-block-number', String(height))
    closing.push(() => forked.stop())
    return forked
  }
  async function call({ rpcUrl }: Anvil, method: string, ...params: unknown[]): Promise<unknown> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    const headers = { 'content-type': 'application/json' }
    const answer = (await (await fetch(rpcUrl, { method: 'POST', headers, body })).json()) as {
      error?: { message: string }
    }
    if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`)
    return answer
  }
  /** Asks `/ready` until it is, or until two endpoints disagree. */
  async function readiness(
    indexer: Indexer,
    wanted: 'ready' | 'endpoints-disagree',
  ): Promise<Record<string, string>> {
    for (;;) {
      const body = (await (await fetch(`${indexer.url}/ready`)).json()) as Record<string, string>
      if (body.status === wanted || body.type === `urn:mesh:problem:${wanted}`) return body
    }
  }
  async function expectWhole({ index, store }: RunningIndex): Promise<void> {
    const height = await market.height()
    await index.waitForBlock(height, AbortSignal.timeout(30_000))
    expect(await dump(store)).to.deep.equal(await dumpFresh(anvil.rpcUrl, market.deployment, height))
  }

  it('goes on with the next one when one fails, and with the first when that one fails', async () => {
    const [first, second] = [await relayTo(anvil.rpcUrl), await relayTo(anvil.rpcUrl)]
    let refused = 0
    const running = await index(first.url, second.url)
    first.before = async () => {
      refused++
      throw new Error('no')
    }
    for (let trade = 0; trade < 10; trade++) await market.trade(buyer, seller)
    await expectWhole(running)
    // Left for longer and longer, it is asked seldom.
    expect(refused).to.be.within(1, 10)
    first.before = async () => {}
    second.down = true
    await market.trade(buyer, seller)
    await expectWhole(running)
  })

  it('goes on with the next one when one is silent', async () => {
    const [first, second] = [await relayTo(anvil.rpcUrl), await relayTo(anvil.rpcUrl)]
    const running = await index(first.url, second.url)
    first.before = () => new Promise(() => {})
    await market.trade(buyer, seller)
    await expectWhole(running)
  })

  it('leaves one that lags behind', async () => {
    const stuck = await fork()
    const running = await index(stuck.rpcUrl, anvil.rpcUrl)
    await running.index.waitForBlock(await market.height())
    for (let trade = 0; trade < 3; trade++) await market.trade(buyer, seller)
    await expectWhole(running)
    expect(running.index.status.disagreement).to.equal(undefined)
  })

  it('never uses one of another chain, also when it becomes one', async () => {
    const other = await startAnvil('--timestamp', '1700000000')
    closing.push(() => other.stop())
    const turning = await relayTo(anvil.rpcUrl)
    const running = await index(other.rpcUrl, turning.url, anvil.rpcUrl)
    await market.trade(buyer, seller)
    await expectWhole(running)
    turning.target = other.rpcUrl
    for (let trade = 0; trade < 3; trade++) await market.trade(buyer, seller)
    await expectWhole(running)
    const refusal = await startIndex([other.rpcUrl, other.rpcUrl], market.deployment).catch((e: unknown) => e)
    expect(refusal).to.include({ code: 'WRONG_CHAIN', field: 'genesisHash' })
  })

  it('stores nothing that they disagree on, says so without their keys, and goes on when they agree', async () => {
    const forked = await fork()
    const relay = await relayTo(forked.rpcUrl)
    const indexer = await serve(anvil.rpcUrl, relay.url + SECRET)
    await readiness(indexer, 'ready')
    const before = indexer.head().blockNumber
    await call(forked, 'evm_setNextBlockTimestamp', Number(await market.now()) + 1_000)
    await call(forked, 'evm_mine')
    await market.trade(buyer, seller)

    const problem = await readiness(indexer, 'endpoints-disagree')
    expect(problem.field).to.equal(`hash of block ${before + 1}`)
    expect(problem.expected).to.match(new RegExp(`^0x[0-9a-f]{64} as ${anvil.rpcUrl} \\(1\\) has it$`))
    expect(problem.received).to.match(new RegExp(`^0x[0-9a-f]{64} of ${relay.url} \\(2\\)$`))
    expect(JSON.stringify(problem)).not.to.include('s3cr3t')
    expect(indexer.head().blockNumber).to.equal(before)

    const blockNumber = await market.height()
    await call(forked, 'anvil_reset', { forking: { jsonRpcUrl: anvil.rpcUrl, blockNumber } })
    await indexer.waitForBlock(blockNumber, { signal: AbortSignal.timeout(30_000) })
    await readiness(indexer, 'ready')
  })

  it('undoes nothing that one alone has left', async () => {
    const forked = await fork()
    const indexer = await serve(forked.rpcUrl, anvil.rpcUrl)
    const height = await market.height()
    await indexer.waitForBlock(height)
    const { blockHash } = indexer.head()
    await call(forked, 'anvil_reset', { forking: { jsonRpcUrl: anvil.rpcUrl, blockNumber: height - 2 } })
    await call(forked, 'hardhat_mine', numberToHex(5))
    await readiness(indexer, 'endpoints-disagree')
    expect(indexer.head()).to.include({ blockNumber: height, blockHash })
    await forked.stop()
    await readiness(indexer, 'ready')
    expect(indexer.head()).to.include({ blockNumber: height, blockHash })
  })

  it('refuses what is no URL without repeating it, and none at all', () => {
    const init = { chain: market.deployment, pause: 20, logger: undefined as never }
    const build = (...urls: string[]) => new Endpoints({ ...init, urls })
    expect(() => build(anvil.rpcUrl, 'wss://node.example/s3cr3t')).to.throw(
      /rpcUrls\[1\][\s\S]*Received: wss:/,
    )
    expect(() => build('node.example/s3cr3t'))
      .to.throw(/rpcUrls\[0\]/)
      .and.not.match(/s3cr3t/)
    expect(() => build()).to.throw(/one or more/)
  })
})
