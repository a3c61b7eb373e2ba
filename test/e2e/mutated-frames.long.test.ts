import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { SubscriptionChangeData } from '@libp2p/gossipsub'
import { PeerScore } from '@libp2p/gossipsub/score'
import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'chai'
import fc from 'fast-check'
import {
  type FoundAgent,
  hasEnded,
  type MeshNetwork,
  type ReceivedIntent,
  type RideWish,
  type SlotMarket,
} from '../../agent/index.ts'
import { askDescriptor } from '../../agent/network/descriptor.ts'
import { identityFromKey } from '../../agent/network/identity.ts'
import { untilMeshed } from '../../agent/network/mesh-peers.ts'
import { marketTopic, READINGS } from '../../agent/network/names.ts'
import { DEFAULT_RULES } from '../../protocol/default-parameters.ts'
import { meshDomain } from '../../protocol/deployment.ts'
import { hashIntent } from '../../protocol/eip712.ts'
import { encodeIntent, encodeSlotReading } from '../../protocol/wire/bodies.ts'
import { encodeSigned } from '../../protocol/wire/gossip.ts'
import { until } from '../agent/support/until.ts'
import { SEED } from '../seed.ts'
import { type EnergyChain, meterOf, read, startEnergyChain } from './support/energy-market.ts'
import { type HostilePeer, hostilePeer } from './support/hostile.ts'
import { energyIntent, type TestMarket } from './support/market.ts'
import { mutated } from './support/mutations.ts'
import { recordTraffic, type Traffic } from './support/traffic.ts'

/**
 * Frames for each handler. All ten thousand:
 *
 *     MESH_FUZZ_FRAMES=10000 node scripts/launch.mjs exec mocha --exit test/e2e/mutated-frames.long.test.ts
 */
const FRAMES = Number(process.env.MESH_FUZZ_FRAMES ?? 100)
/** Frames for each handler that is libp2p's own: a run of the suite has few to spare. */
const FOREIGN_FRAMES = FRAMES < 10_000 ? FRAMES / 5 : FRAMES
/** Frames after which an honest message has to come through. */
const ROUND = 250
/** What the heap may grow by for one handler, whatever the number of frames, in bytes. */
const MOST_GROWTH = 24 * 1024 * 1024
/** How long streams may take to end once their peer is gone, in milliseconds: QUIC notices after twenty seconds. */
const ENDS_WITHIN = 45_000

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** The heap in use, in bytes, without what can be freed. */
async function heap(): Promise<number> {
  for (let pass = 0; pass < 3; pass++) {
    collect()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return process.memoryUsage().heapUsed
}

/** How much more of the heap is in use, once the time limits of what is over have run out; in bytes. */
async function growthSince(before: number): Promise<number> {
  const deadline = Date.now() + ENDS_WITHIN
  let growth = (await heap()) - before
  while (growth >= MOST_GROWTH && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    growth = (await heap()) - before
  }
  return growth
}

const newIdentity = () => identityFromKey(crypto.getRandomValues(new Uint8Array(32)))

describe('an agent that is sent mutated frames', function () {
  this.timeout(Math.max(120_000, FRAMES * 400))
  let energy: EnergyChain
  let market: TestMarket
  let victim: MeshNetwork
  let traffic: Traffic
  /** Messages that went through each of the victim's topics. */
  let gossip: Map<string, Uint8Array[]>
  let protocols: string[]
  let rejections: unknown[]
  const realScore = PeerScore.prototype.score
  const realNow = performance.now
  let ahead = 0

  const onRejection = (reason: unknown) => rejections.push(reason)

  before(async () => {
    console.log(`      seed ${SEED} (MESH_TEST_SEED), ${FRAMES} frames for each handler (MESH_FUZZ_FRAMES)`)
    energy = await startEnergyChain()
    market = energy.base
    traffic = recordTraffic()
    victim = await market.join({ dhtServer: true, governanceInterval: 200 })
    gossip = new Map()
    const bystander = await listenIn()
    await trade(await market.join({ bootstrapPeers: victim.endpoints }))
    // A newcomer asks which network this is; a late joiner catches up; and somebody asks who can do what.
    await askDescriptor(victim.endpoints, AbortSignal.timeout(5_000))
    await victim.publishIntent(energyIntent(100n))
    const slots = await orderAndRead()
    const late = await market.join({ bootstrapPeers: victim.endpoints, dhtServer: true })
    await late.discoverAgents({ capabilities: ['energy.supply'] })
    await bidFor(late)
    await rideWith(late)
    await late.slots(slots.id)
    while (late.openIntents().length === 0 || gossip.size < (await topics(bystander)).length) {
      await victim.publishIntent(energyIntent(100n))
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    const { protocols: spoken } = await bystander.node.peerStore.get(victim.peerId)
    // Its own first.
    protocols = spoken.sort((a, b) => Number(isOwn(b)) - Number(isOwn(a)))
    await bystander.stop()
    await late.disconnect()
    traffic.stop()
    // Nobody would be listened to for as long as this takes. Here more is tolerated, time passes between frames as quotas
    // and guilt are concerned, and the router closes its ears to nobody: it is to be shown that they can be left open.
    await market.govern('setSpamRules', [{ ...DEFAULT_RULES.spamRules, invalidTolerance: 10_000 }])
    await until(() => victim.parameters.spam.invalidTolerance === 10_000)
    performance.now = () => realNow.call(performance) + ahead
    PeerScore.prototype.score = () => 0
    rejections = []
    process.on('unhandledRejection', onRejection)
  })

  after(async () => {
    process.off('unhandledRejection', onRejection)
    performance.now = realNow
    PeerScore.prototype.score = realScore
    await energy.stop()
  })

  /** Somebody who hears all that the victim does, and keeps the bytes. */
  async function listenIn(): Promise<HostilePeer> {
    const peer = await hostilePeer(market.descriptor())
    const { pubsub } = peer.node.services
    pubsub.addEventListener('subscription-change', ({ detail }: CustomEvent<SubscriptionChangeData>) => {
      for (const { topic, subscribe } of detail.subscriptions) if (subscribe) pubsub.subscribe(topic)
    })
    pubsub.addEventListener('message', ({ detail: { topic, data } }) => {
      const kind = kindOf(topic)
      gossip.set(kind, [...(gossip.get(kind) ?? []), data].slice(-50))
    })
    await peer.node.dial(victim.endpoints.map((endpoint) => multiaddr(endpoint)))
    return peer
  }

  /** Kinds of the topics that a peer knows of. */
  async function topics({ node }: HostilePeer): Promise<string[]> {
    return [...new Set(node.services.pubsub.getTopics().map(kindOf))]
  }

  /** A deal from intent to settlement, with a counter-offer. */
  async function trade(seller: MeshNetwork): Promise<void> {
    victim.onOffer(({ offer }) =>
      offer.terms.round === 1n
        ? { type: 'counter', proposal: { quantity: 100n, price: 150_000n } }
        : { type: 'accept' },
    )
    const heard = new Promise<ReceivedIntent>((resolve) => {
      seller.subscribeToIntents((intent) => intent.value.agent === victim.address && resolve(intent))
    })
    const timer = setInterval(() => victim.publishIntent(energyIntent(100n)).catch(() => undefined), 200)
    const intent = await heard.finally(() => clearInterval(timer))
    const outcome = await seller.offer(intent, { quantity: 100n, price: 200_000n }, { duration: 60n })
    if (outcome.type !== 'agreed') throw new Error(`declined: ${outcome.reason} ${outcome.detail}`)
    const signal = AbortSignal.timeout(15_000)
    await seller.untilDeal(outcome.deal.id, ({ state }) => state === 'opened', { signal })
    await seller.deliver(outcome.deal.id, 100n)
    const deal = await victim.untilDeal(outcome.deal.id, hasEnded, { signal })
    expect(deal.state).to.equal('settled')
    await askService(seller)
    // A list of chunks, chunks, and what is not there.
    await seller.content.fetch(await victim.content.put(new Uint8Array(200_000)), [victim.address])
    await seller.content.fetch(`0x${'11'.repeat(32)}`, [victim.address]).catch(() => undefined)
    await seller.disconnect()
  }

  /** A bid for a ride of the victim's, which it calls off. */
  async function bidFor(driver: MeshNetwork): Promise<void> {
    const driving = driver.rides().drive({ position: [4.39, 52.04], costPerKilometre: 0n }, () => undefined)
    const wish = { pickup: [4.39, 52.04], dropoff: [4.4, 52.05], limit: 1_000_000n } satisfies RideWish
    const request = victim.rides().request(wish)
    await new Promise<void>((resolve) => request.onChange(({ leader }) => leader && resolve()))
    request.cancel()
    driving.end()
  }

  /** A ride of the victim's, which it calls off when the driver is on the way. */
  async function rideWith(driver: MeshNetwork): Promise<void> {
    victim.onOffer(() => ({ type: 'accept' }))
    const start = BigInt(Math.floor(Date.now() / 1000))
    const fare = { quantity: 1_000n, price: 1_000_000n }
    const ride = {
      side: 'buy',
      capability: 'ride.drive',
      area: '',
      lot: 1_000n,
      start,
      end: start + 900n,
    } as const
    const outcome = await driver.offer(await victim.publishIntent({ ...ride, ...fare }), fare, {
      duration: 60n,
    })
    if (outcome.type !== 'agreed') throw new Error(`declined: ${outcome.reason} ${outcome.detail}`)
    const [trip, drive] = [victim, driver].map((agent) => agent.rides().trips()[0])
    const options = { signal: AbortSignal.timeout(15_000) }
    await trip?.share({ pickUp: [4.39, 52.04], dropOff: [4.4, 52.04] })
    await drive?.until('assigned', options)
    await drive?.onTheWay([4.38, 52.04])
    await trip?.until('onTheWay', options)
    await trip?.cancel()
    await drive?.until('cancelled', options)
  }

  /** An order of the victim for a slot of an energy market, and a reading of its meter. */
  async function orderAndRead(): Promise<SlotMarket> {
    const { id, rules } = await energy.create([victim], { slotLength: 900n, gateLead: 300n })
    const slots = await victim.slots(id)
    const slot = (await energy.chain.now()) / rules.slotLength
    const reading = { market: id, slot, account: victim.address, imported: 5n, exported: 0n }
    const { value, signature } = read(energy.domain, reading)
    const meter = await newPeer()
    const { pubsub } = meter.node.services
    const topic = marketTopic(market.descriptor().deployment, READINGS, id)
    pubsub.subscribe(topic)
    await until(() => pubsub.getSubscribers(topic).length > 0)
    await untilMeshed(pubsub, topic)
    await pubsub.publish(
      topic,
      encodeSigned(encodeSlotReading(value, meterOf(victim.address).address), signature),
    )
    await until(() => slots.readings(slot).length > 0)
    await meter.stop()
    await slots.order({ side: 'buy', steps: [{ price: 1n, quantity: 1_000n }] })
    return slots
  }

  /** A paid question with its answer, one that a neighbour is asked for, and the end of the tab. */
  async function askService(asker: MeshNetwork): Promise<void> {
    const stop = victim.serve('energy.supply', (question) => question, { price: 1n, ttl: 60n })
    const isVictim = ({ record }: FoundAgent) => record.value.agent === victim.address
    let service: FoundAgent | undefined
    while (service === undefined) {
      service = (await asker.discoverAgents({ capabilities: ['energy.supply'] })).find(isVictim)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    for (const share of [false, true]) await asker.request(service, `${share}`, { maxPrice: 1n, share })
    stop()
  }

  /** Time passes: quotas fill up, and what was done wrong is forgotten. */
  const wait = () => {
    ahead += 60_000
  }

  it('has no handler of which no real traffic is known', () => {
    const own = protocols.filter(isOwn)
    const kinds = 'negotiation agent-query catch-up content kad services auctions trips'.split(' ')
    expect(own.map(kindOf)).to.include.members(kinds)
    for (const protocol of own) expect(traffic.sent.get(protocol) ?? [], protocol).to.not.be.empty
    expect([...gossip.keys()]).to.include.members(['intents', 'capabilities', 'orders', 'readings'])
    for (const [kind, messages] of gossip) expect(messages, kind).to.not.be.empty
  })

  it('still runs, over each stream protocol that it speaks, and leaks nothing', async () => {
    const failures: string[] = []
    for (const protocol of protocols) {
      const open = traffic.open(protocol)
      const numRuns = isOwn(protocol) ? FRAMES : FOREIGN_FRAMES
      const frames = fc.sample(mutated(traffic.sent.get(protocol) ?? []), { numRuns, seed: SEED })
      const before = await heap()
      const started = realNow.call(performance)
      let hostile = await newPeer()
      for (const [index, frame] of frames.entries()) {
        wait()
        if (index % ROUND === ROUND - 1) {
          await hostile.stop()
          hostile = await newPeer()
        }
        await sendOver(hostile, protocol, frame).catch(async () => {
          // Whatever it was taken for, it was cut off.
          await hostile.stop()
          hostile = await newPeer()
        })
      }
      await hostile.stop()
      await until(() => traffic.open(protocol) <= open, ENDS_WITHIN)
      const growth = await growthSince(before)
      console.log(
        `      ${protocol}: ${frames.length} frames in ${seconds(started)}, heap ${(growth / 1e6).toFixed(1)} MB`,
      )
      if (growth >= MOST_GROWTH) failures.push(`${protocol} leaks`)
      expect(rejections).to.deep.equal([])
    }
    expect(failures).to.deep.equal([])
  })

  it('still runs, over each kind of gossip that it takes in, and leaks nothing', async () => {
    for (const [kind, messages] of gossip) {
      const frames = fc.sample(mutated(messages), { numRuns: FRAMES, seed: SEED })
      const before = await heap()
      const started = realNow.call(performance)
      const hostile = await listenIn()
      const { pubsub } = hostile.node.services
      const topic = await until(() =>
        pubsub.getTopics().find((each) => isSaidIn(each, kind) && pubsub.getSubscribers(each).length > 0),
      )
      await untilHonestIsHeard(hostile)
      for (const [index, frame] of frames.entries()) {
        wait()
        await pubsub.publish(topic, frame)
        if (index % ROUND === ROUND - 1) await untilHonestIsHeard(hostile)
      }
      await untilHonestIsHeard(hostile)
      await hostile.stop()
      const growth = await growthSince(before)
      console.log(
        `      ${kind}: ${frames.length} messages in ${seconds(started)}, heap ${(growth / 1e6).toFixed(1)} MB`,
      )
      expect(growth, kind).to.be.below(MOST_GROWTH)
      expect(rejections).to.deep.equal([])
    }
  })

  it('trades with an honest agent afterwards', async () => {
    wait()
    await trade(await market.join({ bootstrapPeers: victim.endpoints }))
    expect(rejections).to.deep.equal([])
  })

  async function newPeer(): Promise<HostilePeer> {
    const peer = await hostilePeer(market.descriptor())
    await peer.node.dial(
      victim.endpoints.map((endpoint) => multiaddr(endpoint)),
      { signal: AbortSignal.timeout(5_000) },
    )
    return peer
  }

  /** Opens a stream, sends a frame, and ends it. */
  async function sendOver({ node }: HostilePeer, protocol: string, frame: Uint8Array): Promise<void> {
    const signal = AbortSignal.timeout(5_000)
    const stream = await node.dialProtocol(victim.peerId, protocol, { signal })
    stream.send(frame)
    await stream.close({ signal }).catch(() => undefined)
    stream.abort(new Error('said all'))
  }

  /** Signs intents with a fresh key until the victim hears one: it decides about others' messages still. */
  async function untilHonestIsHeard({ node }: HostilePeer): Promise<void> {
    const { deployment, area } = market.descriptor()
    const identity = newIdentity()
    const { pubsub } = node.services
    const topic = pubsub.getTopics().find((each) => kindOf(each) === 'intents' && each.endsWith(area)) ?? ''
    let isHeard = false
    const stop = victim.subscribeToIntents(({ value }) => {
      isHeard ||= value.agent === identity.address
    })
    for (let nonce = 1n; !isHeard; nonce++) {
      const expiry = BigInt(Math.floor(Date.now() / 1000)) + 60n
      const value = {
        ...energyIntent(100n),
        agent: identity.address,
        area,
        expiry,
        nonce,
        endpoints: [],
        attributes: [],
      }
      const signature = identity.sign(hashIntent(meshDomain(deployment), value))
      await pubsub.publish(topic, encodeSigned(encodeIntent(value), signature))
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    stop()
  }

  const seconds = (started: number) => `${((realNow.call(performance) - started) / 1000).toFixed(1)} s`
})

/** Whether a protocol is served by this software, not by libp2p's. */
function isOwn(protocol: string): boolean {
  return protocol.startsWith('/mesh/') || protocol.startsWith('/rendezvous/')
}

/** `intents` of `/mesh/31337-c351628e-59439a5b/intents/1/energy/871fae6e2ffffff`, and `negotiation` of a stream's name. */
function kindOf(name: string): string {
  return name.split('/')[3] ?? name
}

/** Whether a topic is of a kind, and not that of presence, in which nothing is said. */
function isSaidIn(topic: string, kind: string): boolean {
  return kindOf(topic) === kind && !topic.endsWith(`/${kind}/1`)
}
