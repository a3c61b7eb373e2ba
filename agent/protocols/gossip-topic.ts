import { type Message, TopicValidatorResult } from '@libp2p/gossipsub'
import type { PeerId } from '@libp2p/interface'
import { MeshError, RefusedError } from '../../protocol/errors.ts'
import { type ProtocolId, quotaOf } from '../../protocol/network-parameters.ts'
import { verifyDigest } from '../../protocol/signature.ts'
import type { Address, Hex, Signed } from '../../protocol/types.ts'
import { decodeSigned, encodeSigned } from '../../protocol/wire/gossip.ts'
import { scoreTopic } from '../network/gossip-scores.ts'
import { addressOfPeer, type Identity, peerIdOfPublicKey } from '../network/identity.ts'
import { untilMeshed } from '../network/mesh-peers.ts'
import type { MeshNode } from '../network/node.ts'
import { isUnadmitted, type Misbehaviour, misbehaviourOf, type PeerScores } from '../network/peer-scores.ts'
import { RateLimits } from '../network/rate-limits.ts'
import type { Said } from './catch-up.ts'
import type { NetworkRules } from './network-rules.ts'

/** A signed value that was verified. */
export interface Received<T> extends Signed<T> {
  /** EIP-712 digest that the agent signed. */
  readonly hash: Hex
  /** Peer that answers for it: that of the agent that signed, or its carrier; see `carrierOf`. */
  readonly peerId: PeerId
}

/**
 * What becomes of a value: `accept` delivers it and passes it on, `ignore` drops it (late, or known), `reject` drops it
 * and costs the peer that passed it on.
 */
export type Verdict = 'accept' | 'ignore' | 'reject'

/** What a kind of gossip has of its own. */
export interface GossipKind<T extends { agent: Address }> {
  readonly protocol: ProtocolId
  decode(body: Uint8Array): T
  encode(value: T): Uint8Array
  hash(value: T): Hex
  /** The peer that answers for it, when it is not the agent that signed. */
  carrierOf?(value: T): PeerId | undefined
  /**
   * For each domain that a value is about, the topics in which it may travel, from that of the widest area to the
   * narrowest; none when it says no area.
   */
  routesOf(value: T): readonly (readonly string[])[]
  /** The topic without version and area, as the network's quotas name it. */
  quotaKey(value: T): string
  /** The domain whose admission counts; undefined when a ban alone does. */
  domainOf(value: T): string | undefined
  /** Decides by what a verified value says alone. */
  check(value: T): Verdict
  /**
   * Whether it was taken in before, or one that took its place.
   *
   * @param topic where it came from, for values that are about several domains: in each they have to be passed on
   */
  isKnown(value: T, topic?: string): boolean
  /** Takes in a value whose agent is admitted. @throws RefusedError when it is not by what the kind asks besides */
  admit(received: Received<T>, topic?: string): Verdict | Promise<Verdict>
}

const RESULTS = {
  accept: { result: TopicValidatorResult.Accept, count: 'accepted' },
  ignore: { result: TopicValidatorResult.Ignore, count: 'ignored' },
  reject: { result: TopicValidatorResult.Reject, count: 'rejected' },
} as const

export interface GossipComponents {
  node: MeshNode
  identity: Identity
  scores: PeerScores
  rules: NetworkRules
  /** Hears what was refused, and for what peers are punished. */
  report: (error: unknown) => void
}

/** From so many neighbours on that listen, a topic carries by itself: they are as many as gossipsub's mesh wants. */
const ENOUGH_LISTENERS = 3

/** Topics of one kind of signed value. Every message is decoded and verified once, before it travels on. */
export class Gossip<T extends { agent: Address }> {
  readonly #components: GossipComponents
  readonly #kind: GossipKind<T>
  readonly #rates = new RateLimits()

  constructor(components: GossipComponents, kind: GossipKind<T>) {
    this.#components = components
    this.#kind = kind
  }

  /** Joins a topic. */
  join(topic: string): void {
    const { pubsub } = this.#components.node.services
    scoreTopic(pubsub, topic)
    pubsub.topicValidators.set(topic, (peer, message) => this.#validate(peer, message))
    pubsub.subscribe(topic)
  }

  /**
   * Signs a value, if others would carry it.
   *
   * @throws RefusedError `PROTOCOL_SUNSET`, `QUOTA_EXCEEDED`, or that of `NetworkRules.admit`; RefusedError or
   *   WireError `MESSAGE_TOO_LARGE`
   */
  async sign(value: T): Promise<Received<T>> {
    const { identity, rules } = this.#components
    rules.checkProtocol(this.#kind.protocol)
    await rules.admit(value.agent, this.#kind.domainOf(value))
    const hash = this.#kind.hash(value)
    const signature = identity.sign(hash)
    rules.checkSize(encodeSigned(this.#kind.encode(value), signature).length)
    if (!this.#take(value)) throw this.#overQuota(value)
    return { value, hash, signature, peerId: identity.peerId }
  }

  /**
   * Verifies a value that another agent signed and this one spreads for it, if others would carry it.
   *
   * @throws SignatureError when that agent did not sign it; as `sign`
   */
  async vouchFor({ value, signature }: Signed<T>): Promise<Received<T>> {
    const { rules } = this.#components
    rules.checkProtocol(this.#kind.protocol)
    rules.checkSize(encodeSigned(this.#kind.encode(value), signature).length)
    const received = verifyValue(this.#kind, value, signature)
    await rules.admit(value.agent, this.#kind.domainOf(value))
    if (!this.#take(value)) throw this.#overQuota(value)
    return received
  }

  /** A signed value as neighbours are offered it that missed it. */
  said(signed: Signed<T> & Pick<Said, 'hash'>): Said {
    return { hash: signed.hash, encode: () => this.#encode(signed) }
  }

  /**
   * Publishes a signed value where it reaches enough: in each domain's topic of the narrowest area that has listeners.
   *
   * @param within the topics that may be chosen; by default all in which it may travel
   */
  async publish(signed: Signed<T>, within?: readonly string[]): Promise<void> {
    const { pubsub } = this.#components.node.services
    const hasEnough = (topic: string) => pubsub.getSubscribers(topic).length >= ENOUGH_LISTENERS
    const message = this.#encode(signed)
    for (const routes of this.#kind.routesOf(signed.value)) {
      const topics = routes.filter((topic) => within?.includes(topic) ?? true)
      const topic = topics.findLast(hasEnough) ?? topics[0]
      if (topic === undefined) continue
      await untilMeshed(pubsub, topic)
      await pubsub.publish(topic, message)
      this.#components.node.services.gossip.sent++
    }
  }

  /**
   * Decides about a verified value, and takes it in.
   *
   * @param from peer that sent it
   * @throws RefusedError when its agent is not admitted; see `NetworkRules.admit`
   */
  async receive(received: Received<T>, from: PeerId): Promise<Verdict> {
    const verdict = this.#verdictOn(received.value)
    return verdict === 'accept' ? this.#takeIn(received, from) : verdict
  }

  /**
   * Takes in a message that a neighbour was asked for; it is judged like one that came by itself, but for the quota.
   *
   * @param passesOn whether it is spread where it is news
   * @throws WireError, SignatureError or RefusedError `MESSAGE_REFUSED` for what the neighbour is to blame for
   */
  async receiveMissed(message: Uint8Array, from: PeerId, passesOn: boolean): Promise<void> {
    const { body, signature } = decodeSigned(message)
    const received = verify(this.#kind, body, signature)
    const isAddressed = this.#kind.routesOf(received.value).length > 0
    const verdict = isAddressed ? await this.#receiveFrom(received, from) : 'reject'
    if (verdict === 'reject') throw refused(this.#kind.protocol.name, received)
    if (verdict === 'accept' && passesOn) await this.publish(received)
  }

  async #receiveFrom(received: Received<T>, from: PeerId): Promise<Verdict> {
    try {
      return await this.receive(received, from)
    } catch (error) {
      // Whoever passed it on may know less of its agent than we do.
      if (error instanceof RefusedError) return 'ignore'
      throw error
    }
  }

  /** Decides before anything is asked or counted. An own value that comes back is no news either. */
  #verdictOn(value: T, topic?: string): Verdict {
    const verdict = this.#kind.check(value)
    if (verdict !== 'accept') return verdict
    const isOwn = value.agent === this.#components.identity.address
    return isOwn || this.#kind.isKnown(value, topic) ? 'ignore' : 'accept'
  }

  async #takeIn(received: Received<T>, from: PeerId, topic?: string): Promise<Verdict> {
    const { value } = received
    await this.#components.rules.admit(value.agent, this.#kind.domainOf(value), from)
    return this.#kind.admit(received, topic)
  }

  async #validate(peer: PeerId, message: Message): Promise<TopicValidatorResult> {
    const { result, count } = RESULTS[await this.#decide(peer, message)]
    this.#components.node.services.gossip[count]++
    return result
  }

  async #decide(peer: PeerId, message: Message): Promise<Verdict> {
    const { report } = this.#components
    try {
      const verdict = await this.#judge(peer, message)
      if (verdict === 'reject') this.#penalize(peer, 'refused')
      return verdict
    } catch (error) {
      if (!(error instanceof MeshError)) throw error
      report(error)
      // Whoever passed it on may know less of its agent than we do.
      if (error instanceof RefusedError) return 'ignore'
      this.#penalize(peer, misbehaviourOf(error))
      return 'reject'
    }
  }

  async #judge(peer: PeerId, message: Message): Promise<Verdict> {
    const { rules } = this.#components
    rules.checkProtocol(this.#kind.protocol)
    rules.checkSize(message.data.length)
    const { body, signature } = decodeSigned(message.data)
    const value = this.#kind.decode(body)
    // Whoever signed it, it is not carried. A flood of such messages shall not cost a signature each.
    if (rules.hasJustRefused(value.agent, this.#kind.domainOf(value))) {
      this.#penalizeUnadmitted(peer, value)
      return 'ignore'
    }
    const received = verifyValue(this.#kind, value, signature)
    // In another topic it would reach whom it does not concern.
    if (!this.#kind.routesOf(received.value).flat().includes(message.topic)) return 'reject'
    const verdict = this.#verdictOn(received.value, message.topic)
    if (verdict !== 'accept') return verdict
    // Only news counts: else anybody could use up an agent's quota by repeating what it once said.
    if (!this.#take(received.value)) {
      if (received.peerId.equals(peer)) this.#penalize(peer, 'refused')
      throw this.#overQuota(received.value)
    }
    try {
      return await this.#takeIn(received, peer, message.topic)
    } catch (error) {
      if (error instanceof MeshError && isUnadmitted(error)) this.#penalizeUnadmitted(peer, value)
      throw error
    }
  }

  #penalizeUnadmitted(peer: PeerId, { agent }: T): void {
    const isOwn = peer.type === 'secp256k1' && addressOfPeer(peer) === agent
    this.#penalize(peer, isOwn ? 'uninvited' : 'unadmitted')
  }

  #penalize(peer: PeerId, misbehaviour: Misbehaviour): void {
    const { scores, node, report } = this.#components
    if (scores.penalize(peer.toString(), misbehaviour)) node.hangUp(peer).catch(report)
  }

  /** A signed value as it travels. */
  #encode({ value, signature }: Signed<T>): Uint8Array {
    return encodeSigned(this.#kind.encode(value), signature)
  }

  #take(value: T): boolean {
    const key = this.#kind.quotaKey(value)
    return this.#rates.take(`${key} ${value.agent}`, quotaOf(this.#components.rules.parameters, key))
  }

  #overQuota(value: T): RefusedError {
    const key = this.#kind.quotaKey(value)
    const quota = quotaOf(this.#components.rules.parameters, key)
    return new RefusedError('QUOTA_EXCEEDED', 'An agent publishes more than its quota.', {
      field: key,
      expected: `${quota.burst} messages at once, and ${quota.perMinute} a minute`,
      received: `one more of ${value.agent}`,
      remedy: 'Publish less often; what is published replaces what was.',
    })
  }
}

function refused(kind: string, { hash }: Received<unknown>): RefusedError {
  return new RefusedError('MESSAGE_REFUSED', 'A neighbour sent what nobody may carry.', {
    field: kind,
    expected: 'what is within the bounds of its kind',
    received: hash,
    remedy: 'Nothing is to be done here: whoever sent it has to check what it takes in.',
  })
}

/**
 * Decodes a signed body and verifies that the agent it names signed it.
 *
 * @throws WireError when it is malformed or not canonical; SignatureError when somebody else signed.
 */
export function verify<T extends { agent: Address }>(
  kind: Pick<GossipKind<T>, 'decode' | 'hash' | 'carrierOf'>,
  body: Uint8Array,
  signature: Hex,
): Received<T> {
  return verifyValue(kind, kind.decode(body), signature)
}

function verifyValue<T extends { agent: Address }>(
  kind: Pick<GossipKind<T>, 'hash' | 'carrierOf'>,
  value: T,
  signature: Hex,
): Received<T> {
  const hash = kind.hash(value)
  const publicKey = verifyDigest(hash, signature, value.agent)
  return {
    value,
    signature,
    hash,
    // Decompressing the key costs more than verifying the signature, and few values are ever answered.
    get peerId() {
      return kind.carrierOf?.(value) ?? peerIdOfPublicKey(publicKey)
    },
  }
}
