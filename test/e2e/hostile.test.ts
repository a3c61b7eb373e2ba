import { create, toBinary } from '@bufbuild/protobuf'
import { expect } from 'chai'
import { zeroHash } from 'viem'
import type { MeshNetwork } from '../../agent/index.ts'
import { intentTopic, protocolName } from '../../agent/network/names.ts'
import { escrowDomain, meshDomain } from '../../protocol/deployment.ts'
import { hashAgreement, hashDelivery, hashIntent, ZERO_HASH } from '../../protocol/eip712.ts'
import { encodeAgreement, encodeIntent, encodeTerms } from '../../protocol/wire/bodies.ts'
import { fromHex } from '../../protocol/wire/fields.ts'
import { encodeFrame, type NegotiationMessage } from '../../protocol/wire/frames.ts'
import { encodeSigned } from '../../protocol/wire/gossip.ts'
import { FrameSchema } from '../../protocol/wire/mesh_pb.js'
import { untilHeard } from '../agent/support/nodes.ts'
import { type Relay, startRelay } from '../indexer/support/relay.ts'
import { Faults } from './support/faults.ts'
import { type HostilePeer, hostilePeer } from './support/hostile.ts'
import { energyIntent, startMarket, type TestMarket } from './support/market.ts'

describe('a hostile peer', function () {
  this.timeout(60_000)
  let market: TestMarket
  let victim: MeshNetwork
  let hostile: HostilePeer
  /** What the victim has dealt with. */
  let faults: Faults

  before(async () => {
    market = await startMarket()
  })

  beforeEach(async () => {
    faults = new Faults()
    victim = await market.join({ onError: faults.hear, policy: { exposurePercent: 0n } })
    victim.onOffer(() => ({ type: 'accept' }))
    hostile = await hostilePeer(market.descriptor())
  })

  afterEach(() => hostile.stop())
  after(() => market.stop())

  it('loses its stream for a frame of ten megabytes, which is not even read', async () => {
    const { stream, ended } = await hostile.open(victim)
    // Length prefix of 10 MiB, then bytes for as long as the other side takes them.
    stream.send(Uint8Array.of(0x80, 0x80, 0x80, 0x05))
    const chunk = new Uint8Array(64 * 1024)
    for (let sent = 0; sent < 160 && stream.status === 'open'; sent++) {
      if (!stream.send(chunk))
        await Promise.race([
          stream.onDrain({ signal: AbortSignal.timeout(5_000) }).catch(() => undefined),
          ended,
        ])
    }
    await ended
    await faults.until('MESSAGE_TOO_LARGE')
  })

  it('loses its stream for bytes that are no frame, and after a few times its connection', async () => {
    let attempts = 0
    let isRefused = false
    while (!isRefused && attempts < 10) {
      attempts += 1
      try {
        const { frame, ended } = await hostile.open(victim)
        frame(Uint8Array.of(0xff, 0xff, 0xff))
        await ended
      } catch {
        isRefused = true
      }
    }
    await faults.until('MESSAGE_MALFORMED')
    expect(isRefused, 'a banned peer cannot come back').to.equal(true)
    expect(attempts, 'one slip is no ban').to.be.greaterThan(2)
  })

  it('is refused a signed body that is not canonical', async () => {
    const intent = await victim.publishIntent(energyIntent(100n))
    const { agreement, terms, signature } = hostile.offerTo(intent)
    const { frame, ended } = await hostile.open(victim)
    const canonical = encodeAgreement(agreement)
    // Field 99, a varint: an envelope may have it, a signed body may not.
    const padded = Uint8Array.of(...canonical, 0x98, 0x06, 0x01)
    const value = { agreement: padded, terms: encodeTerms(terms), signature: fromHex(signature) }
    frame(toBinary(FrameSchema, create(FrameSchema, { id: 1n, body: { case: 'proposal', value } })))
    await ended
    await faults.until('BODY_NOT_CANONICAL')
  })

  it('is refused an offer of which one byte was edited after signing', async () => {
    const intent = await victim.publishIntent(energyIntent(100n))
    const offer = hostile.offerTo(intent)
    const edited = { ...offer, agreement: { ...offer.agreement, price: offer.agreement.price + 1n } }
    const peer = await hostile.open(victim)
    peer.frame(
      encodeFrame({ id: 1n, replyTo: 0n, message: { type: 'proposal', offer: edited, endpoints: [] } }),
    )
    const { message } = await peer.next()
    expect(message).to.include({ type: 'decline', reason: 'invalid', detail: 'SIGNER_WRONG' })
    expect(victim.deals()).to.deep.equal([])
  })

  it('is refused an offer that was made before', async () => {
    const intent = await victim.publishIntent(energyIntent(100n))
    const message = { type: 'proposal', offer: hostile.offerTo(intent), endpoints: [] } as const
    const peer = await hostile.open(victim)
    peer.frame(encodeFrame({ id: 1n, replyTo: 0n, message }))
    expect((await peer.next()).message).to.include({ type: 'acceptance' })
    peer.frame(encodeFrame({ id: 2n, replyTo: 0n, message }))
    expect((await peer.next()).message).to.include({ type: 'decline', detail: 'OFFER_REPLAYED' })
    expect(victim.deals()).to.have.length(1)
  })

  it('is answered once to an offer that was countered, however often it repeats it', async () => {
    const repeated = 6
    let asked = 0
    const limited = await market.join({ policy: { maxLiveDeals: 2, exposurePercent: 0n } })
    limited.onOffer(({ intent }) => {
      asked += 1
      return { type: 'counter', proposal: { quantity: intent.value.quantity, price: 140_000n } }
    })
    const intent = await limited.publishIntent(energyIntent(100n))
    const message = { type: 'proposal', offer: hostile.offerTo(intent), endpoints: [] } as const
    const peer = await hostile.open(limited)
    peer.frame(encodeFrame({ id: 1n, replyTo: 0n, message }))
    const counter = await peer.next()
    if (counter.message.type !== 'proposal') throw new Error(`answered by ${counter.message.type}`)
    // Until it expires, the counter-offer binds its maker: each further one would take up a place of its own.
    const subject = hashAgreement(
      escrowDomain(market.descriptor().deployment),
      counter.message.offer.agreement,
    )
    const decline = { type: 'decline', subject, reason: 'price', detail: '' } as const
    peer.frame(encodeFrame({ id: 2n, replyTo: counter.id, message: decline }))
    for (let id = 3n; id < 3n + BigInt(repeated); id++) {
      peer.frame(encodeFrame({ id, replyTo: 0n, message }))
      expect((await peer.next()).message).to.include({ type: 'decline', detail: 'OFFER_REPLAYED' })
    }
    expect(asked).to.equal(1)
    expect(limited.deals()).to.have.length(1)

    limited.onOffer(() => ({ type: 'accept' }))
    const honest = { type: 'proposal', offer: hostile.offerTo(intent), endpoints: [] } as const
    peer.frame(encodeFrame({ id: 100n, replyTo: 0n, message: honest }))
    expect((await peer.next()).message, 'there is room for another deal').to.include({ type: 'acceptance' })
  })

  it('is answered once to an offer that comes twice while the chain is asked for its time', async () => {
    const relay = await startRelay(market.descriptor().rpcUrl)
    try {
      const slow = await market.join({
        network: { ...market.descriptor(), rpcUrl: relay.url },
        policy: { exposurePercent: 0n },
      })
      let asked = 0
      slow.onOffer(() => {
        asked += 1
        return { type: 'decline', reason: 'price' }
      })
      const message = {
        type: 'proposal',
        offer: hostile.offerTo(await slow.publishIntent(energyIntent(100n))),
        endpoints: [],
      } as const
      const peer = await hostile.open(slow)
      const questions = holdTime(relay)
      // The agent itself asks when what it knows is too old, so it will for every offer.
      await questions.until(1)
      peer.frame(encodeFrame({ id: 1n, replyTo: 0n, message }))
      peer.frame(encodeFrame({ id: 2n, replyTo: 0n, message }))
      await questions.until(3)
      questions.release()
      const answers = [await peer.next(), await peer.next()].map((frame) => frame.message)
      expect(asked).to.equal(1)
      expect(answers.map((answer) => answer.type === 'decline' && answer.detail)).to.have.members([
        '',
        'OFFER_REPLAYED',
      ])
    } finally {
      relay.stop()
    }
  })

  it('keeps its stream while the chain of the other side does not answer', async () => {
    const relay = await startRelay(market.descriptor().rpcUrl)
    try {
      const agent = await market.join({
        network: { ...market.descriptor(), rpcUrl: relay.url },
        policy: { exposurePercent: 0n },
        onError: faults.hear,
      })
      agent.onOffer(() => ({ type: 'accept' }))
      const offer = hostile.offerTo(await agent.publishIntent(energyIntent(100n)))
      const { deployment } = market.descriptor()
      const id = hashAgreement(escrowDomain(deployment), offer.agreement)
      const peer = await hostile.open(agent)
      let last = 0n
      const tell = async (message: NegotiationMessage) => {
        peer.frame(encodeFrame({ id: ++last, replyTo: 0n, message }))
        return (await peer.next()).message
      }
      expect(await tell({ type: 'proposal', offer, endpoints: [] })).to.include({ type: 'acceptance' })
      const value = { agreement: id, quantity: 100n, deliveredAt: offer.terms.end, evidence: ZERO_HASH }
      const signature = hostile.identity.sign(hashDelivery(meshDomain(deployment), value))
      const delivered = { type: 'delivered', delivery: value, signature } as const

      relay.before = async () => {
        throw new Error('overloaded')
      }
      peer.frame(
        encodeFrame({
          id: ++last,
          replyTo: 0n,
          message: { type: 'opened', agreementId: id, transaction: zeroHash },
        }),
      )
      expect(await tell(delivered)).to.include({ subject: id, reason: 'failed', detail: 'CHAIN_UNREACHABLE' })
      await faults.until('CHAIN_UNREACHABLE')
      const intent = await agent.publishIntent(energyIntent(200n))
      const another = { type: 'proposal', offer: hostile.offerTo(intent), endpoints: [] } as const
      expect(await tell(another)).to.include({ reason: 'failed', detail: 'CHAIN_UNREACHABLE' })

      relay.before = async () => {}
      expect(await tell(delivered)).to.include({ reason: 'invalid', detail: 'the deal is signed' })
    } finally {
      relay.stop()
    }
  })

  it('is declined once an offer that it repeats over another stream', async () => {
    let asked = 0
    victim.onOffer(() => {
      asked += 1
      return { type: 'decline', reason: 'price' }
    })
    const intent = await victim.publishIntent(energyIntent(100n))
    const frame = encodeFrame({
      id: 1n,
      replyTo: 0n,
      message: { type: 'proposal', offer: hostile.offerTo(intent), endpoints: [] },
    })
    const answers = []
    for (let stream = 0; stream < 2; stream++) {
      const peer = await hostile.open(victim)
      peer.frame(frame)
      answers.push((await peer.next()).message)
    }
    expect(answers[0]).to.include({ type: 'decline', reason: 'price' })
    expect(answers[1]).to.include({ type: 'decline', detail: 'OFFER_REPLAYED' })
    expect(asked).to.equal(1)
  })

  it('is refused an offer that another agent signed', async () => {
    const intent = await victim.publishIntent(energyIntent(100n))
    const offer = hostile.offerTo(intent)
    const thief = await hostilePeer(market.descriptor())
    try {
      const peer = await thief.open(victim)
      peer.frame(encodeFrame({ id: 1n, replyTo: 0n, message: { type: 'proposal', offer, endpoints: [] } }))
      expect((await peer.next()).message).to.include({ type: 'decline', detail: 'SIGNER_WRONG' })
    } finally {
      await thief.stop()
    }
  })

  it('cannot send a frame twice, or backwards', async () => {
    const { frame, ended } = await hostile.open(victim)
    const message = {
      type: 'settled',
      agreementId: `0x${'11'.repeat(32)}`,
      transaction: `0x${'22'.repeat(32)}`,
    } as const
    frame(encodeFrame({ id: 5n, replyTo: 0n, message }))
    frame(encodeFrame({ id: 5n, replyTo: 0n, message }))
    await ended
    await faults.until('FRAME_OUT_OF_ORDER')
  })

  it('does not leave a stream half open, however often it says that it has said all', async () => {
    const { deployment } = market.descriptor()
    const protocol = protocolName(deployment, { name: 'negotiation', version: 1 })
    await hostile.open(victim)
    // Of its streams four may be open at a time.
    for (let count = 0; count < 6; count++) {
      const stream = await hostile.node.dialProtocol(victim.peerId, protocol)
      const ended = new Promise((resolve) => stream.addEventListener('close', resolve, { once: true }))
      await stream.close()
      await ended
    }
  })

  it('loses its stream when it sends more answers to nothing than its quota has room for', async () => {
    const { frame, ended, stream } = await hostile.open(victim)
    const subject = `0x${'11'.repeat(32)}` as const
    const message = { type: 'decline', subject, reason: 'busy', detail: '' } as const
    for (let id = 1n; id <= 6_000n && stream.status === 'open'; id++) {
      frame(encodeFrame({ id, replyTo: 1n, message }))
    }
    await ended
    await faults.until('PEER_FLOODS')
    expect(faults.seen.find(({ code }) => code === 'PEER_FLOODS')?.field).to.equal('negotiation decline')
  })

  it('is not told of capabilities more often than its quota has room for', async () => {
    const { deployment } = market.descriptor()
    const protocol = protocolName(deployment, { name: 'agent-query', version: 1 })
    const { stream } = await hostile.open(victim)
    let asked = 0
    while (!faults.codes.includes('PEER_FLOODS') && asked < 60) {
      asked += 1
      const question = await hostile.node.dialProtocol(victim.peerId, protocol).catch(() => undefined)
      question?.abort(new Error('asked'))
    }
    expect(asked).to.be.within(30, 40)
    expect(stream.status, 'one slip is no ban').to.equal('open')
  })

  it('cannot make an expired or an edited intent travel', async () => {
    const { deployment, area } = market.descriptor()
    const topic = intentTopic(deployment, 'energy', area)
    const other = await market.join({ bootstrapPeers: victim.endpoints })
    const heard: bigint[] = []
    victim.subscribeToIntents(({ value }) => heard.push(value.nonce))
    other.subscribeToIntents(({ value }) => heard.push(value.nonce))
    const now = BigInt(Math.floor(Date.now() / 1000))
    const base = {
      ...energyIntent(100n),
      agent: hostile.identity.address,
      area,
      endpoints: [],
      attributes: [],
    }
    const signed = (nonce: bigint, expiry: bigint) => {
      const value = { ...base, nonce, expiry }
      return { value, signature: hostile.identity.sign(hashIntent(meshDomain(deployment), value)) }
    }
    hostile.node.services.pubsub.subscribe(topic)
    await hostile.open(victim)
    await untilHeard(hostile.node, topic)
    const publish = ({ value, signature }: ReturnType<typeof signed>) =>
      hostile.node.services.pubsub.publish(topic, encodeSigned(encodeIntent(value), signature))
    let isHeard = false
    other.subscribeToIntents(() => {
      isHeard = true
    })
    // Gossip is not acknowledged, and what is said before the streams stand is lost: all three are repeated, with
    // nonces of their own, for the same bytes travel once only.
    const isDone = () => isHeard && faults.codes.includes('SIGNER_WRONG')
    for (let nonce = 1n; !isDone() && nonce < 50n; nonce++) {
      const forged = signed(1000n + nonce, now + 60n)
      await publish(signed(2000n + nonce, now - 1n))
      await publish({ ...forged, value: { ...forged.value, quantity: 999n } })
      await publish(signed(nonce, now + 60n))
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    expect(isHeard, 'an honest intent travels').to.equal(true)
    await faults.until('SIGNER_WRONG')
    expect(heard.filter((nonce) => nonce >= 1000n)).to.deep.equal([])
  })

  it('is told why its own agent does not publish an expired intent', async () => {
    const error = await Promise.resolve()
      .then(() => victim.publishIntent({ ...energyIntent(100n), life: -10n }))
      .then(
        () => undefined,
        (reason: unknown) => reason,
      )
    expect(error).to.include({ code: 'INTENT_EXPIRED', field: 'intent.expiry' })
  })
})

/** Holds back what is asked about the newest block. */
function holdTime(relay: Relay) {
  const released = Promise.withResolvers<void>()
  const listeners = new Set<() => void>()
  let held = 0
  relay.before = async (calls) => {
    if (!calls.some(({ method }) => method === 'eth_getBlockByNumber')) return
    held += 1
    for (const listener of listeners) listener()
    await released.promise
  }
  return {
    release: released.resolve,
    async until(count: number): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>()
      const check = () => held >= count && resolve()
      listeners.add(check)
      check()
      await promise
    },
  }
}
