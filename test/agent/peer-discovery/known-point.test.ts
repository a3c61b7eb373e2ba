import { expect } from 'chai'
import { identityFromKey } from '../../../agent/network/identity.ts'
import { type Relay, startRelay } from '../../../agent/network/relay.ts'
import { sealPeerRecord } from '../../../agent/network/rendezvous/peer-record.ts'
import { discoverAt, registerAt } from '../../../agent/network/rendezvous/requests.ts'
import { Interest } from '../../../agent/protocols/peer-discovery/interest.ts'
import { KnownPoint } from '../../../agent/protocols/peer-discovery/known-point.ts'
import { temporaryNodes } from '../support/nodes.ts'
import { until } from '../support/until.ts'

const HOUR = 3_600_000

describe('KnownPoint', function () {
  this.timeout(20_000)
  const start = temporaryNodes()
  const newKey = () => crypto.getRandomValues(new Uint8Array(32))
  const { signal } = new AbortController()
  let relay: Relay
  let now: number

  beforeEach(async () => {
    now = 5_000
    relay = await startRelay({ key: newKey(), host: '127.0.0.1', port: 0, stunPort: 0 })
  })
  afterEach(() => relay.stop())

  /** A node that knows the relay, with the errand to register in `n`. */
  async function connect(company = 4) {
    const identity = identityFromKey(newKey())
    const node = await start({ identity, listen: [], bootstrapPeers: relay.multiaddrs.slice(0, 1) })
    await until(() => node.getConnections(relay.peerId).length > 0)
    const point = new KnownPoint(node, relay.peerId, 'its first', () => now)
    const seal = (port: number) => sealPeerRecord(identity.libp2pKey, [`/ip4/192.0.2.1/tcp/${port}`])
    const record = await seal(4001)
    const neighbours = new Set(Array.from({ length: company }, (_, index) => `neighbour ${index}`))
    const interest = new Interest('n', () => neighbours)
    const visit = (change: { record?: Uint8Array | undefined } = {}) => {
      const wanting = new Set(interest.missing > 0 ? [interest] : [])
      return point.visit({ interests: [interest], wanting, record, signal, ...change })
    }
    return { node, point, seal, record, interest, visit }
  }

  it('is registered at once, then anew after half of the time, or when the addresses have changed', async () => {
    const [agent, witness] = [await connect(), await connect()]
    let cookie: Uint8Array | undefined
    /** Records that came or were renewed since it was last asked. */
    const news = async () => {
      const answer = await discoverAt(witness.node, relay.peerId, { namespace: 'n', cookie }, signal)
      cookie = answer.cookie
      return answer.registrations.map(({ record }) => record)
    }
    await agent.visit()
    expect(await news()).to.deep.equal([agent.record])
    now += HOUR - 1
    await agent.visit()
    expect(await news()).to.deep.equal([])
    now += 1
    await agent.visit()
    expect(await news()).to.deep.equal([agent.record])
    const moved = await agent.seal(4002)
    await agent.visit({ record: moved })
    expect(await news()).to.deep.equal([moved])

    await agent.point.leave()
    await until(() => relay.registrations === 0)
  })

  it('is not registered at by an agent that cannot be dialled, but asked', async () => {
    const [hidden, agent] = [await connect(3), await connect()]
    await agent.visit()
    await hidden.visit({ record: undefined })
    expect(relay.registrations).to.equal(1)
    expect(hidden.interest.draw().map(({ peer }) => peer.toString())).to.deep.equal([
      agent.node.peerId.toString(),
    ])
  })

  it('is asked while neighbours are missing, for those not told before, less and less often', async () => {
    const [lonely, first, second, content] = await Promise.all([connect(0), connect(), connect(), connect(4)])
    const drawn = () => lonely.interest.draw().map(({ peer }) => peer.toString())
    await first.visit()
    await content.visit()
    await lonely.visit()
    expect(drawn()).to.have.members([first, content].map(({ node }) => node.peerId.toString()))
    expect(content.interest.draw(), 'has company').to.deep.equal([])

    await second.visit()
    await lonely.visit()
    expect(drawn(), 'too soon').to.deep.equal([])
    now += 1_250
    await lonely.visit()
    expect(drawn(), 'but itself, and whom it was told of').to.deep.equal([second.node.peerId.toString()])
    now += 1_250
    await lonely.visit()
    expect(drawn(), 'too soon, for a second time').to.deep.equal([])
    now += 1_250
    await lonely.visit()
    expect(drawn(), 'the end').to.deep.equal([])
    now += 5_000
    await lonely.visit()
    expect(drawn(), 'from the start').to.have.length(3)
  })

  it('says so when it refuses, and is not asked again at once', async () => {
    const agent = await connect()
    for (let count = 0; count < 32; count++) {
      await registerAt(agent.node, relay.peerId, { namespace: `${count}`, record: agent.record }, signal)
    }
    const error = await agent.visit().catch((reason: unknown) => reason)
    expect(error).to.include({ code: 'NOT_REGISTERED', field: 'n' })
    await agent.visit()
    now += 1_250
    expect(await agent.visit().catch((reason: unknown) => reason)).to.include({ code: 'NOT_REGISTERED' })
  })
})
