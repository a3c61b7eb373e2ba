import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import { privateKeyToAccount } from 'viem/accounts'
import { ConfigError, loadKey, MeshNetwork, readDeals } from '../../agent/index.ts'
import { identityFromKey } from '../../agent/network/identity.ts'
import { DEVELOPMENT_KEY } from '../../community/development-account.ts'
import { deploy } from '../../scripts/deploy.ts'
import { newIdentity } from '../agent/support/intents.ts'
import { startRsaPeer } from '../agent/support/rsa-peer.ts'
import { temporaryPaths } from '../agent/support/temporary.ts'
import { until } from '../agent/support/until.ts'
import { startRelay } from '../indexer/support/relay.ts'
import { energyIntent, startMarket, type TestMarket } from './support/market.ts'

const refusal = (doing: Promise<unknown>) => doing.catch((reason: unknown) => reason)
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

describe('an agent of the SDK', function () {
  this.timeout(60_000)
  const path = temporaryPaths()
  let market: TestMarket

  before(async () => {
    market = await startMarket()
  })

  after(() => market.stop())

  it('has its directory for itself, says so to whoever else wants it, and leaves it to the next', async () => {
    const directory = path('agent')
    const first = await market.join({ directory })
    const second = new MeshNetwork({ network: market.descriptor(), directory })
    const error = await refusal(second.connect())
    expect(error).to.be.instanceOf(ConfigError).that.includes({ code: 'DIRECTORY_IN_USE' })
    await first.disconnect()
    await second.connect()
    expect(second.address).to.equal(first.address)
    await second.disconnect()
  })

  describe('that is given no directory', () => {
    const { MESH_HOME } = process.env
    afterEach(() => {
      process.env.MESH_HOME = MESH_HOME
    })

    it('keeps its key in the one place for that, which a second agent is told to leave to it', async () => {
      const home = path('home')
      process.env.MESH_HOME = home
      const first = new MeshNetwork({ network: market.descriptor() })
      const second = new MeshNetwork({ network: market.descriptor() })
      await first.connect()
      const error = await refusal(second.connect())
      await first.disconnect()
      expect(error).to.be.instanceOf(ConfigError).that.includes({ code: 'DIRECTORY_IN_USE' })
      expect((error as ConfigError).remedy).to.contain('by `directory` or the variable MESH_HOME')
      expect(identityFromKey(await loadKey(join(home, 'key'))).address).to.equal(first.address)
    })

    it('keeps nothing where that is wanted', async () => {
      const agents = [false, false].map(
        () => new MeshNetwork({ network: market.descriptor(), directory: false }),
      )
      await Promise.all(agents.map((agent) => agent.connect()))
      await Promise.all(agents.map((agent) => agent.disconnect()))
      const [first, second] = agents.map(({ address }) => address)
      expect(first).to.not.equal(second)
    })
  })

  it('leaves its directory free when it could not connect', async () => {
    const directory = path('agent')
    const wrong = new MeshNetwork({ network: market.descriptor(), directory, relays: ['nowhere'] })
    const error = await refusal(wrong.connect())
    expect(error).to.be.instanceOf(ConfigError).that.includes({ code: 'MULTIADDR_INVALID' })
    await market.join({ directory })
  })

  it('can be told to connect again when it could not, and leaves its directory to others meanwhile', async () => {
    const directory = path('agent')
    const rpc = await startRelay(market.descriptor().rpcUrl ?? '')
    // Deployless calls name no contract: they are how the parameters are read.
    rpc.before = async (calls) => {
      if (calls.some(({ params: [call] }) => isObject(call) && !('to' in call))) throw new Error('overloaded')
    }
    const agent = new MeshNetwork({ network: { ...market.descriptor(), rpcUrl: rpc.url }, directory })
    try {
      expect(await refusal(agent.connect())).to.include({ code: 'DIRECTORY_UNREADABLE' })
      expect(() => agent.endpoints)
        .to.throw(ConfigError)
        .that.includes({ code: 'NOT_CONNECTED' })
      const other = await market.join({ directory })
      await other.disconnect()
      rpc.before = async () => {}
      await agent.connect()
      expect(agent.address).to.equal(other.address)
    } finally {
      await agent.disconnect()
      rpc.stop()
    }
  })

  it('is connected once at a time, and again after it has left', async () => {
    const agent = new MeshNetwork({ network: market.descriptor(), directory: path('agent') })
    try {
      const [first, second] = await Promise.allSettled([agent.connect(), agent.connect()])
      expect(first.status).to.equal('fulfilled')
      expect(second).to.have.property('reason').that.includes({ code: 'ALREADY_CONNECTED' })
      expect(await refusal(agent.connect())).to.include({ code: 'ALREADY_CONNECTED' })
      const leaving = agent.disconnect()
      await agent.connect()
      await leaving
      expect(agent.endpoints).to.not.be.empty
    } finally {
      await agent.disconnect()
    }
  })

  describe('that waits for a bootstrap peer which says nothing', () => {
    const reason = new Error('enough')
    let silent: Server
    let agent: MeshNetwork
    let isDialled: Promise<unknown>

    beforeEach(async () => {
      silent = createServer().listen(0, '127.0.0.1')
      isDialled = once(silent, 'connection')
      await once(silent, 'listening')
      const { port } = silent.address() as AddressInfo
      const peer = `/ip4/127.0.0.1/tcp/${port}/p2p/${newIdentity().peerId}`
      agent = new MeshNetwork({ network: market.descriptor([peer]), directory: path('agent') })
    })
    afterEach(async () => {
      await agent.disconnect()
      silent.close()
    })

    it('gives up when its signal is aborted', async () => {
      const ending = new AbortController()
      const connected = refusal(agent.connect({ signal: ending.signal }))
      await isDialled
      ending.abort(reason)
      expect(await connected).to.equal(reason)
      expect(await refusal(agent.connect({ signal: ending.signal }))).to.equal(reason)
    })

    it('gives up when it is told to leave', async () => {
      const connected = refusal(agent.connect())
      await isDialled
      await agent.disconnect()
      expect(await connected).to.include({ name: 'RefusedError', code: 'DISCONNECTED' })
    })
  })

  it('keeps one key for all networks, and what it signed apart by network', async () => {
    const buyer = await market.join({ policy: { exposurePercent: 0n } })
    buyer.onOffer(() => ({ type: 'accept' }))
    const directory = path('agent')
    const here = await market.join({ directory })
    const intent = await buyer.publishIntent(energyIntent(100n))
    const outcome = await here.offer(intent, { quantity: 100n, price: 200_000n }, { duration: 60n })
    expect(outcome.type).to.equal('agreed')
    await here.disconnect()
    const account = privateKeyToAccount(DEVELOPMENT_KEY)
    const { rpcUrl, ...network } = market.descriptor()
    const deployment = await deploy({ rpcUrl, account })
    const elsewhere = new MeshNetwork({ network: { ...network, rpcUrl, deployment }, directory })
    await elsewhere.connect()
    const { address } = elsewhere
    const deals = elsewhere.deals()
    await elsewhere.disconnect()
    expect(address).to.equal(here.address)
    expect(deals, 'of another network').to.deep.equal([])
    expect(await readDeals(directory, deployment)).to.deep.equal([])
    const kept = await readDeals(directory, network.deployment)
    expect(kept.map(({ id }) => id)).to.deep.equal(outcome.type === 'agreed' && [outcome.deal.id])
  })

  it('comes back after a restart to peers that nobody names to it', async () => {
    const directory = path('agent')
    const peer = await market.join()
    const before = await market.join({ directory, bootstrapPeers: peer.endpoints })
    await before.disconnect()
    const again = await market.join({ directory })
    await until(() => again.connections.some(({ peerId }) => peerId === peer.peerId.toString()))
  })

  it('connects to a bootstrap peer with an RSA key, a Qm... id, that is no agent', async () => {
    const rsa = await startRsaPeer()
    try {
      const agent = await market.join({ bootstrapPeers: rsa.getMultiaddrs().map(String) })
      expect(agent.connections.map(({ peerId }) => peerId)).to.deep.equal([rsa.peerId.toString()])
      expect(rsa.peerId.toString()).to.match(/^Qm/)
    } finally {
      await rsa.stop()
    }
  })
})
