import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect } from 'chai'
import { loadKey, MeshNetwork, type MeshNetworkInit, startRelay } from '../../agent/index.ts'
import { identityFromKey } from '../../agent/network/identity.ts'
import { Faults } from './support/faults.ts'
import { energyIntent, startMarket, type TestMarket } from './support/market.ts'
import { emptyProject } from './support/stranger.ts'

const now = () => BigInt(Math.floor(Date.now() / 1000))
/** A wish that no development chain's clock makes stale. */
const intent = (quantity: bigint) => ({ ...energyIntent(quantity), start: now(), end: now() + 900n })

describe('an agent that knows a bootstrap peer and no more', function () {
  this.timeout(60_000)
  const agents: MeshNetwork[] = []
  const join = async (init: MeshNetworkInit) => {
    const agent = new MeshNetwork({ directory: false, ...init })
    agents.push(agent)
    await agent.connect()
    return agent
  }
  afterEach(() => Promise.all(agents.splice(0).map((agent) => agent.disconnect())))

  describe('of a market', () => {
    let market: TestMarket
    let member: MeshNetwork
    before(async () => {
      market = await startMarket()
      member = await market.join()
    })
    after(() => market.stop())

    it('joins that market, hears its intents and is heard', async () => {
      const agent = await join({ bootstrapPeers: member.endpoints, domains: ['energy'] })
      const [heard, told] = [nextIntent(agent), nextIntent(member)]
      const [wanted, offered] = [
        await member.publishIntent(intent(100n)),
        await agent.publishIntent(intent(200n)),
      ]
      expect((await heard).hash).to.equal(wanted.hash)
      expect((await told).hash).to.equal(offered.hash)
    })

    it('is told that it needs a chain before it can trade', async () => {
      const agent = await join({ bootstrapPeers: member.endpoints, domains: ['energy'] })
      expect(() => agent.account)
        .to.throw('trades nothing')
        .with.property('code', 'CHAIN_REQUIRED')
      expect(agent.deals()).to.deep.equal([])
    })

    it('is told once that nobody can answer what it publishes', async () => {
      const faults = new Faults()
      const { endpoints: bootstrapPeers } = member
      const agent = await join({ bootstrapPeers, capabilities: ['energy.supply'], onError: faults.hear })
      await agent.publishIntent(intent(100n))
      agent.onOffer(() => ({ type: 'accept' }))
      await agent.publishIntent(intent(200n))
      expect(faults.codes).to.deep.equal(['CHAIN_REQUIRED'])
    })

    it('trades, once it has a chain of its own choice', async () => {
      const { rpcUrl } = market.descriptor()
      const agent = await join({ bootstrapPeers: member.endpoints, rpcUrl, domains: ['energy'] })
      await market.fund(agent.address)
      await agent.account.ensureTestDollars(10_000_000n)
      await agent.account.ensureBalance(10_000_000n)
      agent.onOffer(() => ({ type: 'accept' }))
      const wanted = nextIntent(member)
      await agent.publishIntent(intent(100n))
      const outcome = await member.offer(await wanted, { quantity: 100n, price: 100_000n }, { duration: 60n })
      expect(outcome.type).to.equal('agreed')
    })
  })

  it('of no market finds others that know no more, behind a bootstrap peer that is no agent', async () => {
    const key = crypto.getRandomValues(new Uint8Array(32))
    const relay = await startRelay({ key, host: '127.0.0.1', port: 0, stunPort: 0 })
    try {
      const first = await join({ bootstrapPeers: relay.multiaddrs, domains: ['images'] })
      const second = await join({ bootstrapPeers: first.endpoints, domains: ['images'] })
      const heard = nextIntent(second)
      const draft = { ...intent(1n), capability: 'images.generate' }
      const { hash } = await first.publishIntent(draft)
      expect((await heard).hash).to.equal(hash)
    } finally {
      await relay.stop()
    }
  })

  it('is ten lines in an empty project: it finds others, and says what needs a chain', async () => {
    const project = emptyProject()
    const key = crypto.getRandomValues(new Uint8Array(32))
    const relay = await startRelay({ key, host: '127.0.0.1', port: 0, stunPort: 0 })
    try {
      const first = await join({ bootstrapPeers: relay.multiaddrs, capabilities: ['image-generation'] })
      const told = nextIntent(first)
      const program = project.run('test/e2e/fixtures/ten-lines.ts', { MESH_PEERS: first.endpoints.join(',') })
      const address = (await program.line(/^published as 0x/)).replace('published as ', '')
      expect((await told).value.capability).to.equal('image-generation')
      await program.line(/^found [1-9]/)
      await program.line(/^reputation: CHAIN_REQUIRED$/)
      expect(await program.exited).to.equal(0)
      const file = `${project.home}/.mesh-agent/key`
      expect(identityFromKey(await loadKey(file)).address, 'it kept its key').to.equal(address)
      expect(statSync(file).mode & 0o777).to.equal(0o600)
      expect(statSync(dirname(file)).mode & 0o777).to.equal(0o700)
    } finally {
      await relay.stop()
      project.remove()
    }
  }).timeout(180_000) // It compiles the package first.
})

/** The first intent that an agent hears from now on. */
async function nextIntent(agent: MeshNetwork) {
  for await (const intent of agent.intents()) return intent
  throw new Error('the loop has ended')
}
