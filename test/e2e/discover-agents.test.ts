import { lpStream } from '@libp2p/utils'
import { expect } from 'chai'
import type { FoundAgent, MeshNetwork } from '../../agent/index.ts'
import { EVERYWHERE } from '../../agent/network/areas.ts'
import { capabilityTopic, presenceTopic, protocolName } from '../../agent/network/names.ts'
import { PROTOCOL } from '../../agent/protocols/agent-discovery/constants.ts'
import { encodeAgentCount, encodeFoundAgent } from '../../protocol/wire/agent-query.ts'
import { encodeCapabilityRecord } from '../../protocol/wire/bodies.ts'
import { encodeSigned } from '../../protocol/wire/gossip.ts'
import { newNode } from '../agent/support/nodes.ts'
import { startMarket, type TestMarket } from './support/market.ts'

const addressesOf = (found: FoundAgent[]) => found.map(({ record }) => record.value.agent)

describe('discoverAgents', function () {
  this.timeout(90_000)
  let market: TestMarket
  let painter: MeshNetwork
  let stranger: MeshNetwork
  let asker: MeshNetwork
  const errors: unknown[] = []

  before(async () => {
    market = await startMarket()
    painter = await market.join({
      capabilities: [{ name: 'image-generation', model: 'sdxl' }, 'energy.supply'],
      stake: 70_000_000n,
    })
    const bootstrapPeers = painter.endpoints
    stranger = await market.join({ capabilities: ['image-generation'], bootstrapPeers, enrolls: false })
    asker = await market.join({
      capabilities: [],
      domains: ['image-generation'],
      bootstrapPeers,
      enrolls: false,
      onError: (error) => errors.push(error),
    })
    while ((await asker.discoverAgents({ capabilities: ['image-generation'] })).length < 2) {
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  })
  after(() => market.stop())

  it('finds agents by name, best reputation first, with what the chain says of them at a block', async () => {
    const found = await asker.discoverAgents({ capabilities: ['image-generation'] })
    expect(addressesOf(found)).to.deep.equal([painter.address, stranger.address])
    const [best, other] = found
    expect(best?.record.value.capabilities[0]).to.include({ name: 'image-generation', model: 'sdxl' })
    expect(best?.standing).to.deep.include({
      agentId: await painter.account.agentId(),
      freeStake: 70_000_000n,
      score: 5n * 10n ** 17n,
    })
    expect(best?.block).to.be.a('bigint')
    expect(other?.standing).to.deep.include({ agentId: 0n, freeStake: 0n, score: 0n })
    expect(best?.distance).to.equal(0)
  })

  it('says once which name was meant by one that nobody has', async () => {
    const hints = () => errors.filter((error) => (error as { code?: string }).code === 'CAPABILITY_UNKNOWN')
    for (const query of ['energy', 'energy', 'image-generation']) await asker.discoverAgents(query)
    expect(hints()).to.have.length(1)
    expect(hints()[0]).to.have.property('remedy').that.includes('`energy.supply`')
  })

  it('asks the chain for reputation and stake', async () => {
    const parts = { capabilities: ['image-generation'] }
    const found = async (query: Parameters<MeshNetwork['discoverAgents']>[0]) =>
      addressesOf(await asker.discoverAgents(query))
    expect(await found({ ...parts, minReputation: 0.5 })).to.deep.equal([painter.address])
    expect(await found({ ...parts, minReputation: 0.8 })).to.deep.equal([])
    expect(await found('image-generation where stake >= $70 and model = sdxl')).to.deep.equal([
      painter.address,
    ])
    expect(await found('image-generation where stake >= 70000001')).to.deep.equal([])
    expect(await found({ ...parts, limit: 1 })).to.have.length(1)
  })

  it('gives each agent as soon as it is found, and ends with the loop', async () => {
    const found: FoundAgent[] = []
    for await (const agent of asker.agents('image-generation where model = sdxl')) {
      found.push(agent)
      break
    }
    expect(addressesOf(found)).to.deep.equal([painter.address])
  })

  it('holds it against a peer that it says of the chain what is not so', async () => {
    const [known] = await asker.discoverAgents({ capabilities: ['image-generation'], minReputation: 0.5 })
    if (known === undefined) throw new Error('nobody was found')
    // Its record is true, and so is whose it is; what the liar says of its stake is not.
    const { value, signature } = known.record
    const claim = {
      agentId: value.agentId,
      freeStake: 10n ** 12n,
      score: 10n ** 18n,
      block: known.block ?? 0n,
    }
    const answer = encodeFoundAgent(encodeSigned(encodeCapabilityRecord(value), signature), claim)
    const { deployment } = market.descriptor()
    const liar = await newNode({ deployment })
    await liar.handle(protocolName(deployment, PROTOCOL), async (stream) => {
      const frames = lpStream(stream)
      await frames.read()
      await frames.writeV([encodeAgentCount(1), answer])
    })
    await liar.start()
    try {
      for (const topic of [
        presenceTopic(deployment),
        capabilityTopic(deployment, 'image-generation', EVERYWHERE),
      ]) {
        liar.services.pubsub.subscribe(topic)
      }
      const fresh = await market.join({
        capabilities: [],
        bootstrapPeers: liar.getMultiaddrs().map(String),
        enrolls: false,
        onError: (error) => errors.push(error),
      })
      // What the chain says counts, whatever anybody claims.
      const [found] = await fresh.discoverAgents({ capabilities: ['image-generation'] })
      expect(found?.standing?.freeStake).to.equal(70_000_000n)
    } finally {
      await liar.stop()
    }
    expect(errors.map((error) => (error as { code?: string }).code)).to.include('CLAIM_FALSE')
  })

  it('tells of an agent that failed a canary task, and finds it no more', async () => {
    const [found] = await asker.discoverAgents({ capabilities: ['image-generation'], minReputation: 0.5 })
    if (found === undefined) throw new Error('nobody was found')
    expect(await asker.challenge(found, async ({ agent }) => agent !== painter.address)).to.equal('failed')
    const [error] = errors.filter((each) => (each as { code?: string }).code === 'CANARY_FAILED')
    expect(error).to.deep.include({ cause: { value: found.record.value, signature: found.record.signature } })
    expect(
      await asker.discoverAgents({ capabilities: ['image-generation'], minReputation: 0.5 }),
    ).to.deep.equal([])
  })
})
