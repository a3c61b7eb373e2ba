import { expect } from 'chai'
import { stringToHex } from 'viem'
import { Account } from '../../agent/account.ts'
import { connectChain } from '../../agent/chain/client.ts'
import { Wallet } from '../../agent/chain/wallet.ts'
import { MeshError, type MeshNetwork, type ReceivedIntent } from '../../agent/index.ts'
import { type Identity, identityFromKey } from '../../agent/network/identity.ts'
import { intentTopic } from '../../agent/network/names.ts'
import { DEFAULT_RULES } from '../../protocol/default-parameters.ts'
import { meshDomain } from '../../protocol/deployment.ts'
import { hashIntent } from '../../protocol/eip712.ts'
import { encodeIntent } from '../../protocol/wire/bodies.ts'
import { encodeFrame } from '../../protocol/wire/frames.ts'
import { encodeSigned } from '../../protocol/wire/gossip.ts'
import { untilHeard } from '../agent/support/nodes.ts'
import { until } from '../agent/support/until.ts'
import { Faults } from './support/faults.ts'
import { type HostilePeer, hostilePeer } from './support/hostile.ts'
import { energyIntent, startMarket, type TestMarket } from './support/market.ts'

const DAY = 86_400
/** How often the nodes ask the chain, in milliseconds. */
const INTERVAL = 400
const EVIDENCE = `0x${'11'.repeat(32)}` as const
const name = (text: string) => stringToHex(text, { size: 32 })
const newIdentity = () => identityFromKey(crypto.getRandomValues(new Uint8Array(32)))

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

/** Whether a node lets nobody of this peer in. How libp2p says so depends on the moment: not always by an `Error`. */
const isShutOut = async (peer: HostilePeer, node: MeshNetwork) =>
  (await failureOf(peer.open(node))) !== undefined

/** Tries again until it is refused by an error of this code. */
async function untilRefused(code: string, attempt: () => Promise<unknown>): Promise<MeshError> {
  for (;;) {
    const error = await failureOf(attempt())
    if (error instanceof MeshError && error.code === code) return error
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

/** Tries again until it succeeds. */
async function untilSuccess(attempt: () => Promise<unknown>): Promise<void> {
  while ((await failureOf(attempt())) !== undefined) await new Promise((resolve) => setTimeout(resolve, 200))
}

describe('what governance decides', function () {
  this.timeout(120_000)
  let market: TestMarket
  let node: MeshNetwork
  /** A peer that obeys no rule itself. */
  let hostile: HostilePeer
  /** What the node has dealt with. */
  let faults: Faults
  let heard: ReceivedIntent[]
  let topic: string
  let nonce = 0n

  before(async () => {
    market = await startMarket()
    const { deployment, area } = market.descriptor()
    topic = intentTopic(deployment, 'energy', area)
  })
  after(() => market.stop())

  beforeEach(async () => {
    faults = new Faults()
    heard = []
    node = await market.join({
      onError: faults.hear,
      policy: { exposurePercent: 0n },
      governanceInterval: INTERVAL,
    })
    node.subscribeToIntents((intent) => heard.push(intent))
    node.onOffer(() => ({ type: 'decline', reason: 'price' }))
    hostile = await hostilePeer(market.descriptor())
  })
  afterEach(async () => {
    await market.govern('setSpamRules', [DEFAULT_RULES.spamRules])
    await market.govern('setAdmission', [name('energy'), DEFAULT_RULES.admission])
    await hostile.stop()
  })

  /** An intent of any agent, as the hostile peer passes it on. */
  function send(agent: Identity, endpoints: string[] = []): Promise<unknown> {
    const { deployment, area } = market.descriptor()
    nonce += 1n
    const value = {
      ...energyIntent(100n),
      start: nonce,
      agent: agent.address,
      area,
      expiry: BigInt(Math.floor(Date.now() / 1000)) + 60n,
      nonce,
      endpoints,
      attributes: [],
    }
    const signature = agent.sign(hashIntent(meshDomain(deployment), value))
    return hostile.node.services.pubsub.publish(topic, encodeSigned(encodeIntent(value), signature))
  }

  const heardOf = ({ address }: Identity) => heard.filter(({ value }) => value.agent === address)

  /** Joins the hostile peer to gossip. What is said before the streams stand is lost, so it is repeated. */
  async function joinGossip(): Promise<void> {
    hostile.node.services.pubsub.subscribe(topic)
    await hostile.open(node)
    await untilHeard(hostile.node, topic)
    const herald = newIdentity()
    while (heardOf(herald).length === 0) {
      await send(herald)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  /** An agent of the chain behind a key. */
  async function register(identity: Identity): Promise<bigint> {
    const { rpcUrl, deployment } = market.descriptor()
    const chain = await connectChain(rpcUrl, deployment)
    const wallet = new Wallet({ ...chain, ...identity, chainId: deployment.chainId })
    await market.fund(identity.address)
    return new Account({ identity, wallet, chain, deployment }).ensureRegistered('data:,test')
  }

  it('ends the connection of an agent that is banned, and its intents travel no more', async () => {
    const agentId = await register(hostile.identity)
    await joinGossip()
    await send(hostile.identity)
    await until(() => heardOf(hostile.identity).length === 1)
    const cut = new Promise((resolve) =>
      hostile.node.addEventListener('peer:disconnect', resolve, { once: true }),
    )
    await market.govern('ban', [agentId, EVIDENCE, 'ipfs://evidence'])
    await cut
    await faults.until('AGENT_BANNED')
    expect(faults.seen.find(({ code }) => code === 'AGENT_BANNED')).to.include({
      name: 'RefusedError',
      field: `agent ${agentId}`,
    })
    expect(await isShutOut(hostile, node), 'it cannot come back').to.equal(true)

    // Another peer, which is not banned, passes its intents on.
    const banned = hostile.identity
    await hostile.stop()
    hostile = await hostilePeer(market.descriptor())
    await joinGossip()
    faults.seen.length = 0
    await send(banned)
    await faults.until('AGENT_BANNED')
    expect(heardOf(banned)).to.have.length(1)
  })

  it('offers nothing to an agent that is banned, which is told why nobody hears it, until it is acquitted', async () => {
    const other = await market.join({ bootstrapPeers: node.endpoints, governanceInterval: INTERVAL })
    const theirs = await other.publishIntent(energyIntent(100n))
    await until(() => heard.some(({ hash }) => hash === theirs.hash))
    await market.govern('ban', [await other.account.agentId(), EVIDENCE, 'ipfs://evidence'])
    const proposal = { quantity: 100n, price: 100_000n }
    const field = `agent ${await other.account.agentId()}`
    // Until it is known here and there, offers are declined, or the peer is just cut off.
    const refused = await Promise.all([
      untilRefused('AGENT_BANNED', () => node.offer(theirs, proposal, { duration: 60n })),
      untilRefused('AGENT_BANNED', () => other.publishIntent(energyIntent(100n))),
    ])
    expect(refused.map((error) => error.field)).to.deep.equal([field, field])

    await market.govern('acquit', [await other.account.agentId()])
    await untilSuccess(() => other.publishIntent(energyIntent(100n)))
  })

  it('limits how much each agent may publish', async () => {
    await joinGossip()
    await market.govern('setQuota', [name('intents/energy'), { perMinute: 6, burst: 4 }])
    await until(() => node.parameters.quotas['intents/energy']?.burst === 4)
    const [loud, quiet] = [newIdentity(), newIdentity()]
    for (let count = 0; count < 8; count++) await send(loud)
    await faults.until('QUOTA_EXCEEDED')
    await send(quiet)
    await until(() => heardOf(quiet).length === 1)
    expect(heardOf(loud)).to.have.length(4)
    for (let count = 0; count < 4; count++) await node.publishIntent(energyIntent(100n))
    expect(await failureOf(node.publishIntent(energyIntent(100n)))).to.include({
      name: 'RefusedError',
      code: 'QUOTA_EXCEEDED',
      field: 'intents/energy',
      expected: '4 messages at once, and 6 a minute',
    })
    await market.govern('setQuota', [name('intents/energy'), DEFAULT_RULES.quota])
    await until(() => node.parameters.quotas['intents/energy']?.burst === DEFAULT_RULES.quota.burst)
  })

  it('limits the size of messages, on streams that are open too', async () => {
    await joinGossip()
    const stream = await hostile.open(node)
    const endpoints = Array<string>(16).fill('x'.repeat(256))
    const [before, after] = [newIdentity(), newIdentity()]
    await send(before, endpoints)
    await until(() => heardOf(before).length === 1)
    await market.govern('setSpamRules', [{ ...DEFAULT_RULES.spamRules, maxMessageBytes: 4096 }])
    await until(() => node.parameters.spam.maxMessageBytes === 4096)
    await send(after, endpoints)
    await faults.until('MESSAGE_TOO_LARGE')
    expect(faults.seen.at(-1)).to.include({ expected: 'at most 4096 bytes' })
    expect(heardOf(after)).to.deep.equal([])
    faults.seen.length = 0
    stream.frame(new Uint8Array(4097))
    await stream.ended
    await faults.until('MESSAGE_TOO_LARGE')
  })

  it('mutes who sends too much that is invalid, for as long as it says', async () => {
    await joinGossip()
    const rules = { ...DEFAULT_RULES.spamRules, invalidTolerance: 4, muteDuration: 10 }
    await market.govern('setSpamRules', [rules])
    await until(() => node.parameters.spam.invalidTolerance === 4)
    const cut = new Promise((resolve) =>
      hostile.node.addEventListener('peer:disconnect', resolve, { once: true }),
    )
    await hostile.node.services.pubsub.publish(topic, Uint8Array.of(0xff, 0xff, 0xff))
    await cut
    const since = performance.now()
    expect(await isShutOut(hostile, node)).to.equal(true)
    await untilSuccess(() => hostile.open(node))
    expect(performance.now() - since).to.be.above(8_000)
  })

  it('limits the life of intents, and how many of them and of offers an agent may have', async () => {
    await joinGossip()
    const rules = { ...DEFAULT_RULES.spamRules, maxIntentLife: 300, maxLiveIntents: 4, maxLiveOffers: 4 }
    await market.govern('setSpamRules', [rules])
    await until(() => node.parameters.spam.maxIntentLife === 300)
    expect(await failureOf(node.publishIntent({ ...energyIntent(100n), life: 400n }))).to.include({
      code: 'INTENT_INVALID',
      field: 'intent.expiry',
    })

    const many = newIdentity()
    for (let count = 0; count < 5; count++) await send(many)
    const last = newIdentity()
    await send(last)
    await until(() => heardOf(last).length === 1)
    expect(heardOf(many)).to.have.length(4)
    const publish = (start: bigint) => node.publishIntent({ ...energyIntent(100n), start })
    for (let start = 1n; start <= 4n; start++) await publish(start)
    expect(await failureOf(publish(5n))).to.include({ code: 'TOO_MANY_INTENTS', expected: 'at most 4' })

    const intent = await publish(4n)
    const stream = await hostile.open(node)
    const details = []
    for (let id = 1n; id <= 5n; id++) {
      const message = { type: 'proposal', offer: hostile.offerTo(intent), endpoints: [] } as const
      stream.frame(encodeFrame({ id, replyTo: 0n, message }))
      const answer = await stream.next()
      details.push(answer.message.type === 'decline' ? answer.message.detail : answer.message.type)
    }
    expect(details).to.deep.equal(['', '', '', '', 'TOO_MANY_OFFERS'])
  })

  it('carries nothing of an agent with less stake or reputation than a domain asks', async () => {
    await joinGossip()
    const intent = await node.publishIntent(energyIntent(100n))
    await market.govern('setAdmission', [name('energy'), { minStake: 60_000_000n, minReputation: 0 }])
    await until(() => node.parameters.admissions.energy?.minStake === 60_000_000n)
    const poor = newIdentity()
    await send(poor)
    await faults.until('STAKE_TOO_LOW')
    expect(heardOf(poor)).to.deep.equal([])
    expect(await failureOf(node.publishIntent(energyIntent(100n)))).to.include({
      code: 'STAKE_TOO_LOW',
      expected: 'free stake of at least 60000000',
      received: 50_000_000n,
    })
    const stream = await hostile.open(node)
    const message = { type: 'proposal', offer: hostile.offerTo(intent), endpoints: [] } as const
    stream.frame(encodeFrame({ id: 1n, replyTo: 0n, message }))
    expect((await stream.next()).message).to.include({ type: 'decline', detail: 'STAKE_TOO_LOW' })

    await node.account.ensureStake(60_000_000n)
    await untilSuccess(() => node.publishIntent(energyIntent(100n)))

    await market.govern('setAdmission', [name('energy'), { minStake: 0n, minReputation: 4000 }])
    await until(() => node.parameters.admissions.energy?.minReputation === 4000)
    await send(poor)
    await faults.until('REPUTATION_TOO_LOW')
    expect(heardOf(poor)).to.deep.equal([])
    expect((await node.publishIntent(energyIntent(100n))).value.agent, 'newcomers get in').to.equal(
      node.address,
    )
  })

  it('ends protocols and contracts at their sunset', async () => {
    await joinGossip()
    const other = await market.join({ bootstrapPeers: node.endpoints, governanceInterval: INTERVAL })
    const intent = await other.publishIntent(energyIntent(100n))
    await until(() => heard.some(({ hash }) => hash === intent.hash))
    const now = Math.floor(Date.now() / 1000)
    await market.govern('registerProtocol', [name('negotiation')])
    await market.govern('setProtocolSunset', [name('negotiation'), 1n, now + 40 * DAY])
    // Any contract will do for a successor.
    await market.govern('registerContract', [
      name('IntentEscrow'),
      market.descriptor().deployment.contracts.testDollar,
    ])
    await market.govern('setContractSunset', [name('IntentEscrow'), 1n, now + 50 * DAY])
    await until(() => node.parameters.protocols['negotiation/1']?.status === 'deprecated')
    await node.reach(intent)

    await market.later(41 * DAY)
    await until(() => node.parameters.protocols['negotiation/1']?.status === 'sunset')
    const error = await failureOf(node.reach(intent))
    expect(error).to.include({
      name: 'RefusedError',
      code: 'PROTOCOL_SUNSET',
      field: 'negotiation/1',
      received: 'version 1, where 2 is current',
      remedy: 'Update this software to one that speaks negotiation/2.',
    })
    expect((error as Error).message).to.include(new Date((now + 40 * DAY) * 1000).toISOString())
    // Without a deal that it would have to end, it does not even answer.
    let refusal: unknown
    await until(async () => {
      refusal = await failureOf(hostile.open(node))
      return refusal instanceof Error && refusal.name === 'UnsupportedProtocolError'
    })
    expect(node.parameters.escrow).to.equal('deprecated')

    await market.later(10 * DAY)
    await until(() => node.parameters.escrow === 'sunset')
    const proposal = { quantity: 100n, price: 100_000n }
    expect(await failureOf(node.offer(intent, proposal, { duration: 60n }))).to.include({
      code: 'CONTRACT_SUNSET',
      field: 'deployment.contracts.intentEscrow',
    })
  })
})
