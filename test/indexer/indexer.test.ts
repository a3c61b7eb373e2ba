import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { type IndexedMarket, type IndexerOptions, startIndexer } from '../../indexer/index.ts'
import type { NetworkDescriptor } from '../../protocol/deployment.ts'
import type { MeshError } from '../../protocol/errors.ts'
import { type Anvil, startAnvil } from './support/anvil.ts'
import { emptyDataDir, expectEqualToFresh, removeDataDirs, startIndex } from './support/index-of.ts'
import { Market } from './support/market.ts'
import { Loudspeaker } from './support/mesh.ts'
import { type Relay, startRelay } from './support/relay.ts'
import { SseClient } from './support/sse-client.ts'

describe('startIndexer', function () {
  this.timeout(60_000)
  let anvil: Anvil
  let market: Market
  const running: { stop(): Promise<void> }[] = []

  before(async () => {
    anvil = await startAnvil()
    market = await Market.deploy(anvil.rpcUrl)
  })
  afterEach(async () => {
    for (const indexer of running.splice(0)) await indexer.stop()
  })
  after(async () => {
    await anvil?.stop()
    removeDataDirs()
  })

  async function start(options: Partial<IndexerOptions> = {}) {
    const dataDir = options.dataDir ?? (await emptyDataDir())
    const indexer = await startIndexer({ network: market.network, pollInterval: 20, ...options, dataDir })
    running.push(indexer)
    return { indexer, dataDir }
  }

  /** The error with which it does not start; nothing of it is left behind. */
  async function refusal(options: Partial<IndexerOptions>): Promise<MeshError> {
    const dataDir = options.dataDir ?? (await emptyDataDir())
    const error = await startIndexer({ network: market.network, ...options, dataDir }).then(
      async (indexer) => {
        await indexer.stop()
        throw new Error('it started')
      },
      (reason: unknown) => reason as MeshError,
    )
    expect(existsSync(`${dataDir}/lock`)).to.equal(false)
    return error
  }

  async function status(url: string): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(url)
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }

  it('says how far it is, what the market did and what an account has', async () => {
    const { indexer } = await start()
    const buyer = await market.join(1)
    const seller = await market.join(2)
    await market.trade(buyer, seller, { quantity: 1_000n, price: 200_000n })
    await market.trade(buyer, seller, { quantity: 2_000n, price: 100_000n })
    // A ride of 4.2 km is no energy.
    await market.trade(buyer, seller, { quantity: 4_200n, lot: 4_200n, price: 600_000n })
    const height = await market.height()
    await indexer.waitForBlock(height)
    const block = await market.client.getBlock()
    expect(indexer.head()).to.deep.equal({ blockNumber: height, blockHash: block.hash, lag: 0 })
    const { testDollar } = market.deployment.contracts
    expect(await indexer.stats()).to.deep.equal({
      agents: 2,
      intents: 0,
      agreements: {
        open: 0,
        delivered: 0,
        disputed: 0,
        settled: 3,
        refunded: 0,
        cancelled: 0,
        resolved: 0,
        revoked: 0,
      },
      token: testDollar,
      trades: 3,
      tradedWh: 3_000n,
      volume: 1_000_000n,
      fees: 2_500n,
      collectedFees: 0n,
      averagePrice: 133_333n,
    })
    const sold = await indexer.account(testDollar, seller.address.toLowerCase() as `0x${string}`)
    expect(sold).to.include({ earned: 997_500n, spent: 0n, withdrawn: 0n })
    expect(await indexer.account(testDollar, buyer.address)).to.include({ earned: 0n, spent: 1_000_000n })
    const nobody = await indexer.account(testDollar, `0x${'11'.repeat(20)}`)
    expect(nobody).to.include({ deposited: 0n, withdrawn: 0n, spent: 0n, earned: 0n })
  })

  it('refuses a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const error = await refusal({ port })
    expect(error).to.include({ code: 'PORT_UNUSABLE', field: 'port' })
    other.close()
  })

  it('refuses another chain than that of the deployment', async () => {
    const genesisHash = `0x${'12'.repeat(32)}` as const
    const network = { ...market.network, deployment: { ...market.deployment, genesisHash } }
    expect(await refusal({ network })).to.include({ code: 'WRONG_CHAIN', field: 'genesisHash' })
    const elsewhere = { ...market.network, deployment: { ...market.deployment, chainId: 5 } }
    expect(await refusal({ network: elsewhere })).to.include({ code: 'WRONG_CHAIN', field: 'chainId' })
  })

  it('refuses data of another chain or another deployment', async () => {
    const { indexer, dataDir } = await start()
    await indexer.stop()
    const again = await Market.deploy(anvil.rpcUrl)
    const error = await refusal({ dataDir, network: again.network })
    expect(error).to.include({ code: 'STORE_OF_ANOTHER_CHAIN', field: 'contracts.intentEscrow' })
    expect(error.remedy).to.match(/delete/)
  })

  it('can be called off while the chain does not answer', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const rpcUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
    const reason = new Error('called off')
    const abort = new AbortController()
    silent.once('request', () => abort.abort(reason))
    const error = await refusal({ network: { ...market.network, rpcUrl }, signal: abort.signal })
    expect(error).to.equal(reason)
    silent.closeAllConnections()
    silent.close()
  })

  it('leaves nothing behind when it stops, and tells whoever waits', async () => {
    const { indexer, dataDir } = await start()
    const waiting = indexer.waitForBlock(1_000_000).catch((error: unknown) => error)
    await indexer.stop()
    expect(await waiting).to.include({ code: 'INDEX_STOPPED' })
    expect(await fetch(indexer.url).catch(() => 'closed')).to.equal('closed')
    expect(existsSync(`${dataDir}/lock`)).to.equal(false)
    await indexer.stop()
  })

  it('ends a wait that is called off', async () => {
    const { indexer } = await start()
    const reason = new Error('enough')
    const abort = new AbortController()
    const waiting = indexer.waitForBlock(1_000_000, { signal: abort.signal }).catch((error: unknown) => error)
    abort.abort(reason)
    expect(await waiting).to.have.property('cause', reason)
  })

  it('is not ready while the chain is away, is alive all the same, and goes on when it is back', async () => {
    const chain = await startAnvil()
    const away = await Market.deploy(chain.rpcUrl)
    const relay = await startRelay(chain.rpcUrl)
    const { indexer } = await start({ network: { ...away.network, rpcUrl: relay.url } })
    await indexer.waitForBlock(await away.height())
    expect((await status(`${indexer.url}/ready`)).status).to.equal(200)

    relay.down = true
    let answer = await status(`${indexer.url}/ready`)
    while (answer.status === 200) answer = await status(`${indexer.url}/ready`)
    expect([answer.status, answer.body.type]).to.deep.equal([503, 'urn:mesh:problem:chain-unreachable'])
    expect((await status(`${indexer.url}/health`)).status).to.equal(200)
    expect((await status(`${indexer.url}/v1/stats`)).status).to.equal(200)

    await away.test.mine({ blocks: 3 })
    relay.down = false
    await indexer.waitForBlock(await away.height())
    expect((await status(`${indexer.url}/ready`)).status).to.equal(200)
    relay.stop()
    await chain.stop()
  })

  describe('whose chain is started anew', () => {
    let chain: Relay
    let market: Market
    let mesh: Loudspeaker
    let anvils: Anvil[]
    let listener: SseClient | undefined

    beforeEach(async () => {
      // Two that start in the same second would have the same genesis.
      anvils = [await startAnvil(), await startAnvil('--timestamp', '1700000000')]
      chain = await startRelay(anvils[0]?.rpcUrl ?? '')
      market = await Market.deploy(chain.url)
      mesh = new Loudspeaker(market.deployment)
    })
    afterEach(async () => {
      listener?.close()
      for (const indexer of running.splice(0)) await indexer.stop()
      chain.stop()
      for (const anvil of anvils) await anvil.stop()
    })

    async function ready(url: string, wanted: number) {
      let answer = await status(`${url}/ready`)
      while (answer.status !== wanted) answer = await status(`${url}/ready`)
      return answer.body
    }
    const restartChain = () => {
      chain.target = anvils[1]?.rpcUrl ?? ''
    }

    it('stops following, and says so', async () => {
      const { indexer } = await start({ network: market.network })
      await indexer.waitForBlock(await market.height())
      restartChain()
      const failure = await indexer.waitForBlock(1_000_000).catch((error: unknown) => error)
      expect(failure).to.include({ name: 'ChainError', code: 'GENESIS_CHANGED' })
      expect(await ready(indexer.url, 503)).to.include({ type: 'urn:mesh:problem:genesis-changed' })
      expect((await status(`${indexer.url}/v1/trades`)).status).to.equal(200)
    })

    it('indexes the new one when it was given its market', async () => {
      let renewed: IndexedMarket | undefined
      const { indexer, dataDir } = await start({
        ...{ network: market.network, gateway: mesh, successor: async () => renewed },
      })
      const buyer = await market.join(1)
      await market.trade(buyer, await market.join(2))
      const heard = mesh.intent(buyer)
      await indexer.waitForBlock(await market.height())
      listener = await SseClient.open(indexer.url)

      restartChain()
      expect(await ready(indexer.url, 503)).to.include({ type: 'urn:mesh:problem:genesis-changed' })
      expect((await status(`${indexer.url}/v1/intents`)).body.data).to.have.lengthOf(1)
      const successor = await Market.deploy(chain.url)
      const [seller] = [await successor.join(2), await successor.join(1)]
      const newMesh = new Loudspeaker(successor.deployment)
      renewed = { network: successor.network, gateway: newMesh }

      const { data } = await listener.until(({ event }) => event === 'reset', 30_000)
      expect(data.meta.blockNumber).to.equal(successor.deployment.fromBlock - 1)
      await ready(indexer.url, 200)
      await indexer.waitForBlock(await successor.height())
      mesh.repeat(heard)
      const anew = newMesh.intent(seller)
      await listener.until(({ event, data }) => event === 'intent' && data.data.hash === anew.hash)
      const intents = (await status(`${indexer.url}/v1/intents`)).body.data as { hash: string }[]
      expect(intents.map(({ hash }) => hash)).to.deep.equal([anew.hash])
      const network = (await status(`${indexer.url}/v1/network`)).body.data as NetworkDescriptor
      expect(network.deployment.genesisHash).to.equal(successor.deployment.genesisHash)

      await indexer.stop()
      const index = await startIndex(chain.url, successor.deployment, { dataDir })
      try {
        await expectEqualToFresh(index, successor)
      } finally {
        await index.stop()
      }
    })

    it('goes on where it was when the old one is back', async () => {
      const { indexer } = await start({ network: market.network, successor: async () => undefined })
      await indexer.waitForBlock(await market.height())
      listener = await SseClient.open(indexer.url)
      restartChain()
      await ready(indexer.url, 503)
      chain.target = anvils[0]?.rpcUrl ?? ''
      await market.register(await market.join(1), '')
      await ready(indexer.url, 200)
      await indexer.waitForBlock(await market.height())
      expect((await indexer.stats()).agents).to.equal(2)
      expect(listener.events.map(({ event }) => event)).not.to.include('reset')
    })
  })
})
