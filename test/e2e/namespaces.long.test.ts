import { expect } from 'chai'
import type { Address, MeshNetworkInit, PeerConnection } from '../../agent/index.ts'
import { skip } from '../agent/support/skip.ts'
import type { AgentOrder, AgentReport } from './fixtures/agent-orders.ts'
import type { Ask, Answer as DialBack } from './fixtures/dial-back-node.ts'
import type { Place } from './fixtures/public-host.ts'
import { NamespaceProcess } from './support/namespace-process.ts'
import { type Internet, makeInternet, namespacesMissing, type Site } from './support/namespaces.ts'

type Agent = NamespaceProcess<
  AgentOrder | { type: 'start'; init: MeshNetworkInit } | { type: 'funded' },
  AgentReport | { type: 'address'; address: Address }
>
type PublicHost = NamespaceProcess<
  AgentOrder | { type: 'fund'; address: Address },
  AgentReport | Place | { type: 'funded'; address: Address }
>
interface Joined {
  agent: Agent
  address: Address
  peerId: string
}

/** Statuses of answers of AutoNAT. */
const [OK, DIAL_ERROR, DIAL_REFUSED] = [0, 100, 101]

describe('hosts behind routers', function () {
  this.timeout(120_000)
  let internet: Internet
  let publicHost: PublicHost
  let publicAgent: { address: Address; peerId: string }
  let place: Place
  const agents: Agent[] = []

  before(async function () {
    const missing = namespacesMissing()
    if (missing !== undefined) {
      skip(this, `no network namespaces here, so nothing is shown of NATs and partitions: ${missing}`)
    }
    internet = makeInternet()
    publicHost = new NamespaceProcess(internet.host, 'public-host.ts', [internet.address])
    publicAgent = await publicHost.next('joined')
    place = await publicHost.next('place')
  })

  after(() => {
    for (const agent of agents) agent.stop()
    publicHost?.stop()
    internet?.remove()
  })

  async function join(site: Site, init: Partial<MeshNetworkInit> = {}): Promise<Joined> {
    const agent: Agent = new NamespaceProcess(site.host, 'hidden-agent.ts')
    agents.push(agent)
    const { network, relays, stunServers } = place
    const standard = {
      network,
      capabilities: ['energy.supply'],
      listen: [],
      stunServers,
      relays: relays.slice(0, 1),
    }
    agent.send({ type: 'start', init: { ...standard, ...init } })
    const { address } = await agent.next('address')
    publicHost.send({ type: 'fund', address })
    await publicHost.next('funded', (report) => report.address === address)
    agent.send({ type: 'funded' })
    return { agent, ...(await agent.next('joined')) }
  }

  async function connectionsOf({ agent }: Joined, to: { peerId: string }): Promise<PeerConnection[]> {
    agent.send({ type: 'connections' })
    const { connections } = await agent.next('connections')
    return connections.filter(({ peerId }) => peerId === to.peerId)
  }

  async function untilConnected(
    agent: Joined,
    to: { peerId: string },
    test: (connections: PeerConnection[]) => boolean,
  ): Promise<PeerConnection[]> {
    for (;;) {
      const connections = await connectionsOf(agent, to)
      if (test(connections)) return connections
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
  }

  it('trade through the relay while nothing gets through between them, then directly over WebRTC', async () => {
    const [here, there] = internet.sites
    here.block(there, true)
    there.block(here, true)
    const [buyer, seller] = await Promise.all([join(here), join(there)])
    seller.agent.send({ type: 'sell', buyers: [buyer.address] })
    buyer.agent.send({ type: 'buy', round: 1 })
    await buyer.agent.next('settled', ({ round }) => round === 1)
    const relayed = await connectionsOf(seller, buyer)
    expect(relayed).to.not.have.length(0)
    for (const { address, isRelayed } of relayed) {
      expect(isRelayed, address).to.equal(true)
      expect(address).to.include('/p2p-circuit/')
    }

    here.packetsTo(there)
    here.block(there, false)
    there.block(here, false)
    const direct = await untilConnected(
      seller,
      buyer,
      (all) => all.length > 0 && all.every(({ isRelayed }) => !isRelayed),
    )
    for (const { address } of direct) expect(address).to.include('/webrtc')
    for (const { address } of await connectionsOf(buyer, seller)) expect(address).to.include('/webrtc')
    const before = here.packetsTo(there)
    expect(before, 'packets that went there straight away').to.be.greaterThan(0)
    buyer.agent.send({ type: 'buy', round: 2 })
    await buyer.agent.next('settled', ({ round }) => round === 2)
    expect(here.packetsTo(there)).to.be.greaterThan(before)
    expect(await connectionsOf(seller, buyer)).to.deep.equal(direct)
  })

  it('learn by being dialled back at which addresses they are reached, and stay connected', async () => {
    const [site] = internet.sites
    site.open([4200, 4203])
    const [asked, asking] = [
      new NamespaceProcess<Ask, DialBack>(internet.host, 'dial-back-node.ts', [internet.address]),
      new NamespaceProcess<Ask, DialBack>(site.router, 'dial-back-node.ts', [site.publicAddress]),
    ]
    try {
      const { address: peer } = await asked.next('listening')
      await asking.next('listening')
      const ask = async (address: string) => {
        asking.send({ type: 'ask', peer, address })
        return asking.next('answer')
      }
      const open = await ask(`/ip4/${site.publicAddress}/tcp/4200`)
      expect(open).to.include({ status: OK, closed: 0, isConnected: true })
      // The node has asked by itself too, or it would announce nothing that is public.
      expect(open.announced.join()).to.include(`/ip4/${site.publicAddress}/tcp/4200/`)
      const closed = await ask(`/ip4/${site.publicAddress}/tcp/4203`)
      expect(closed).to.include({ status: DIAL_ERROR, closed: 0, isConnected: true })
      const another = await ask('/ip4/44.44.0.99/tcp/4200')
      expect(another, 'nobody is dialled for others').to.include({ status: DIAL_REFUSED, closed: 0 })
    } finally {
      asked.stop()
      asking.stop()
    }
  })

  it('go on in both halves of a network that falls apart, and find each other again by themselves', async () => {
    const [here, there] = internet.sites
    const listen = [`/ip4/${here.privateAddress}/udp/0/quic-v1`]
    const [first, neighbour, far] = await Promise.all([
      join(here, { listen, mdns: true }),
      join(here, { listen, mdns: true }),
      join(there),
    ])
    far.agent.send({ type: 'sell', buyers: [first.address, publicAgent.address] })
    here.connect(false)

    // One half has the chain, and trades; the other has not, and still spreads what its agents want.
    publicHost.send({ type: 'buy', round: 11 })
    first.agent.send({ type: 'ask', round: 12 })
    await publicHost.next('settled', ({ round }) => round === 11)
    await untilConnected(first, publicAgent, (all) => all.length === 0)
    neighbour.agent.forget()
    await neighbour.agent.next('heard', ({ agent, round }) => agent === first.address && round === 12)

    here.connect(true)
    await untilConnected(first, publicAgent, (all) => all.length > 0)
    first.agent.send({ type: 'buy', round: 13 })
    await first.agent.next('settled', ({ round }) => round === 13)
  })
})
