import type { PeerId } from '@libp2p/interface'
import { expect } from 'chai'
import { MeshNetwork, type MeshNetworkInit, type Relay, startRelay } from '../../agent/index.ts'
import { until } from '../agent/support/until.ts'
import { energyIntent } from './support/market.ts'

const now = () => BigInt(Math.floor(Date.now() / 1000))
const intent = (quantity: bigint) => ({
  ...energyIntent(quantity),
  capability: 'images.generate',
  start: now(),
  end: now() + 900n,
})

describe('agents find each other', function () {
  this.timeout(60_000)
  const agents: MeshNetwork[] = []
  const relays = new Set<Relay>()
  const join = async (init: MeshNetworkInit) => {
    const agent = new MeshNetwork({ domains: ['images'], directory: false, ...init })
    agents.push(agent)
    await agent.connect()
    return agent
  }
  const key = crypto.getRandomValues(new Uint8Array(32))
  const serve = async (port = 0) => {
    const relay = await startRelay({ key, host: '127.0.0.1', port, stunPort: 0 })
    relays.add(relay)
    return relay
  }
  /** The first agent of a network, that knows nobody: somebody has to be named, and is gone. */
  const begin = async () => {
    const relay = await serve()
    const agent = await join({ bootstrapPeers: relay.multiaddrs })
    relays.delete(relay)
    await relay.stop()
    return agent
  }
  afterEach(async () => {
    await Promise.all(agents.splice(0).map((agent) => agent.disconnect()))
    await Promise.all([...relays].map((relay) => relay.stop()))
    relays.clear()
  })

  it('at a relay that both know, and nothing else; whoever leaves takes its registrations along', async () => {
    const relay = await serve()
    const [first, second] = await Promise.all([
      join({ bootstrapPeers: relay.multiaddrs }),
      join({ bootstrapPeers: relay.multiaddrs }),
    ])
    await until(() => knows(first, second.peerId))
    const [heard, told] = [nextIntent(second), nextIntent(first)]
    const [one, other] = [await first.publishIntent(intent(1n)), await second.publishIntent(intent(2n))]
    expect((await heard).hash).to.equal(one.hash)
    expect((await told).hash).to.equal(other.hash)

    await until(() => relay.registrations === 4)
    await second.disconnect()
    await until(() => relay.registrations === 2)
  })

  it('at a relay that was started anew, and has forgotten everybody', async () => {
    const relay = await serve()
    const [address = ''] = relay.multiaddrs
    const first = await join({ bootstrapPeers: relay.multiaddrs })
    await until(() => relay.registrations === 2)
    relays.delete(relay)
    await relay.stop()
    await until(() => !knows(first, relay.peerId))
    const again = await serve(Number(/\/udp\/(\d+)\//.exec(address)?.[1]))
    await until(() => again.registrations === 2)
    const second = await join({ bootstrapPeers: again.multiaddrs })
    await until(() => knows(second, first.peerId))
  })

  it('through one agent: a newcomer gets enough neighbours to stay in the market when that one is gone', async () => {
    const hub = await begin()
    const members: MeshNetwork[] = []
    for (let count = 0; count < 4; count++) members.push(await join({ bootstrapPeers: hub.endpoints }))
    const newcomer = await join({ bootstrapPeers: hub.endpoints })
    const neighbours = () => members.filter((member) => knows(newcomer, member.peerId))
    await until(() => neighbours().length >= 3)

    const { peerId } = hub
    await hub.disconnect()
    await until(() => !knows(newcomer, peerId))
    const heard = nextIntent(newcomer)
    const [speaker = hub] = members
    const { hash } = await speaker.publishIntent(intent(3n))
    expect((await heard).hash).to.equal(hash)
    expect(neighbours()).to.have.length.at.least(3)
  })

  it('through an agent that was itself told of nobody: whom it has taken in, it knows too', async () => {
    const first = await begin()
    const middle = await join({ bootstrapPeers: first.endpoints })
    const last = await join({ bootstrapPeers: middle.endpoints })
    await until(() => knows(last, first.peerId))
  })
})

function knows(agent: MeshNetwork, other: PeerId): boolean {
  return agent.connections.some(({ peerId }) => peerId === other.toString())
}

function nextIntent(agent: MeshNetwork) {
  return new Promise<Parameters<Parameters<MeshNetwork['subscribeToIntents']>[0]>[0]>((resolve) => {
    const stop = agent.subscribeToIntents((received) => {
      stop()
      resolve(received)
    })
  })
}
