import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'chai'
import { defaultDirectory, unknownStandings } from '../../agent/chain/without-chain.ts'
import type { MeshNetwork } from '../../agent/index.ts'
import { intentTopic } from '../../agent/network/names.ts'
import { PeerScores } from '../../agent/network/peer-scores.ts'
import { Channels } from '../../agent/protocols/channels/index.ts'
import { type Inbound, NEGOTIATION } from '../../agent/protocols/negotiation/protocol.ts'
import { NetworkRules } from '../../agent/protocols/network-rules.ts'
import { meshDomain } from '../../protocol/deployment.ts'
import { hashIntent } from '../../protocol/eip712.ts'
import { encodeIntent } from '../../protocol/wire/bodies.ts'
import { encodeFrame } from '../../protocol/wire/frames.ts'
import { encodeSigned } from '../../protocol/wire/gossip.ts'
import { untilHeard } from '../agent/support/nodes.ts'
import { concatBytes } from '../protocol/support/protobuf.ts'
import { type HostilePeer, hostilePeer } from './support/hostile.ts'
import { energyIntent, startMarket, type TestMarket } from './support/market.ts'
import { parameters } from './support/rules.ts'

const V1 = { name: 'negotiation', version: 1 }
/** A stand-in for what there may be one day: the same frames under another name. */
const V2 = { name: 'negotiation', version: 2 }
/** Field 100, a varint, as a later minor version may have it. */
const LATER_FIELD = Uint8Array.of(0xa0, 0x06, 0x07)

describe('versions of protocols', function () {
  this.timeout(30_000)
  let market: TestMarket
  let old: MeshNetwork
  let peers: HostilePeer[]

  before(async () => {
    market = await startMarket()
    old = await market.join({ policy: { exposurePercent: 0n } })
    old.onOffer(() => ({ type: 'accept' }))
  })
  beforeEach(() => {
    peers = []
  })
  afterEach(() => Promise.all(peers.map((peer) => peer.stop())))
  after(() => market.stop())

  /** The network as it is when a second version has come; `sunset` are versions that nobody speaks any more. */
  function rulesWith(...sunset: string[]): NetworkRules {
    const version = (key: string) => ({
      status: sunset.includes(key) ? ('sunset' as const) : ('current' as const),
      sunset: 0n,
      current: 2,
    })
    const protocols = { 'negotiation/1': version('negotiation/1'), 'negotiation/2': version('negotiation/2') }
    return new NetworkRules({
      directory: { ...defaultDirectory([]), parameters: { ...parameters, protocols } },
      standings: unknownStandings,
      escrow: market.descriptor().deployment.contracts.intentEscrow,
      now: () => BigInt(Math.floor(Date.now() / 1000)),
    })
  }

  async function start(versions: (typeof V1)[], rules = rulesWith()) {
    const { deployment } = market.descriptor()
    const peer = await hostilePeer(market.descriptor())
    peers.push(peer)
    const inbound = Promise.withResolvers<Inbound & { protocol: string }>()
    const components = {
      node: peer.node,
      scores: new PeerScores(() => parameters.spam),
      rules,
      deployment,
      deals: { live: () => [] },
    }
    const channels = new Channels(
      { ...components, report() {} },
      { ...NEGOTIATION, versions },
      async (channel, message) => inbound.resolve({ ...message, protocol: channel.protocol }),
    )
    await channels.start()
    return { peer, channels, inbound: inbound.promise, endpoints: peer.node.getMultiaddrs().map(bare) }
  }

  const bare = (address: { toString(): string }) => address.toString().replace(/\/p2p\/.*$/, '')
  const settled = {
    type: 'settled',
    agreementId: `0x${'11'.repeat(32)}`,
    transaction: `0x${'22'.repeat(32)}`,
  } as const

  it('are negotiated: two new nodes speak the newest, one that also is new speaks the old to an old one', async () => {
    const [first, second, older] = [await start([V2, V1]), await start([V2, V1]), await start([V1])]
    for (const [from, to, version] of [
      [first, second, 2],
      [second, older, 1],
      [older, first, 1],
    ] as const) {
      const channel = await from.channels.to(to.peer.node.peerId, to.endpoints)
      channel.send(settled)
      const { message, protocol } = await to.inbound
      expect(message).to.deep.equal(settled)
      expect(protocol).to.match(new RegExp(`/negotiation/${version}$`))
      expect(channel.protocol).to.equal(protocol)
    }
  })

  it('let a new node trade with one that has the old version only', async () => {
    const { peer, channels } = await start([V2, V1])
    const intent = await old.publishIntent(energyIntent(100n))
    const channel = await channels.to(old.peerId, old.endpoints.map(bare))
    const { message } = await channel.request({
      type: 'proposal',
      offer: peer.offerTo(intent),
      endpoints: [],
    })
    expect(message.type).to.equal('acceptance')
    expect(channel.protocol).to.match(/\/negotiation\/1$/)
    expect(old.deals()).to.have.length(1)
  })

  it('are not spoken past their sunset, and the ones before are', async () => {
    const [from, to] = [await start([V2, V1], rulesWith('negotiation/2')), await start([V2, V1])]
    const channel = await from.channels.to(to.peer.node.peerId, to.endpoints)
    expect(channel.protocol).to.match(/\/negotiation\/1$/)
    const { channels } = await start([V2, V1], rulesWith('negotiation/2', 'negotiation/1'))
    const error = await channels.to(to.peer.node.peerId, to.endpoints).catch((reason: unknown) => reason)
    expect(error).to.include({ code: 'PROTOCOL_SUNSET', field: 'negotiation/2' })
  })

  it('of later date may have fields more, in the envelope of a frame', async () => {
    const peer = await hostilePeer(market.descriptor())
    peers.push(peer)
    const intent = await old.publishIntent(energyIntent(100n))
    const stream = await peer.open(old)
    const frame = encodeFrame({
      id: 1n,
      replyTo: 0n,
      message: { type: 'proposal', offer: peer.offerTo(intent), endpoints: [] },
    })
    stream.frame(concatBytes(LATER_FIELD, frame, LATER_FIELD))
    expect((await stream.next()).message.type).to.equal('acceptance')
  })

  it('of later date may have fields more, in the envelope of gossip', async () => {
    const { deployment, area } = market.descriptor()
    const peer = await hostilePeer(market.descriptor())
    peers.push(peer)
    const topic = intentTopic(deployment, 'energy', area)
    peer.node.services.pubsub.subscribe(topic)
    await peer.node.dial(old.endpoints.map((endpoint) => multiaddr(endpoint)))
    await untilHeard(peer.node, topic)
    let isHeard = false
    const stop = old.subscribeToIntents(({ value }) => {
      isHeard ||= value.agent === peer.identity.address
    })
    for (let nonce = 1n; !isHeard; nonce++) {
      const expiry = BigInt(Math.floor(Date.now() / 1000)) + 60n
      const value = {
        ...energyIntent(100n),
        agent: peer.identity.address,
        area,
        expiry,
        nonce,
        endpoints: [],
        attributes: [],
      }
      const signature = peer.identity.sign(hashIntent(meshDomain(deployment), value))
      const signed = encodeSigned(encodeIntent(value), signature)
      await peer.node.services.pubsub.publish(topic, concatBytes(signed, LATER_FIELD))
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    stop()
  })
})
