import { type Message, TopicValidatorResult } from '@libp2p/gossipsub'
import type { PeerId } from '@libp2p/interface'
import { MeshError, SignatureError } from '../../protocol/errors.ts'
import { verifyDigest } from '../../protocol/signature.ts'
import type { Address, Hex, Signed } from '../../protocol/types.ts'
import { decodeSigned, encodeSigned } from '../../protocol/wire/gossip.ts'
import { peerIdOfPublicKey } from '../network/identity.ts'
import type { MeshNode } from '../network/node.ts'
import type { PeerScores } from '../network/peer-scores.ts'

/** A signed value that was verified. */
export interface Received<T> extends Signed<T> {
  /** EIP-712 digest that the agent signed. */
  readonly hash: Hex
  /** Peer id of the agent that signed. */
  readonly peerId: PeerId
}

/** What a kind of gossip has of its own. */
export interface GossipKind<T extends { agent: Address }> {
  decode(body: Uint8Array): T
  encode(value: T): Uint8Array
  hash(value: T): Hex
  /** The one topic that a value belongs to. */
  topicOf(value: T): string
  /**
   * Decides about a verified value: `accept` delivers it and passes it on, `ignore` drops it (late, or known),
   * `reject` drops it and costs the peer that passed it on.
   */
  admit(received: Received<T>): 'accept' | 'ignore' | 'reject'
}

const RESULTS = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject,
} as const

/** Topics of one kind of signed value. Every message is decoded and verified once, before it travels on. */
export class Gossip<T extends { agent: Address }> {
  readonly #node: MeshNode
  readonly #scores: PeerScores
  readonly #kind: GossipKind<T>
  readonly #report: (error: unknown) => void

  /** @param components.report hears what peers are punished for */
  constructor(
    components: { node: MeshNode; scores: PeerScores; report: (error: unknown) => void },
    kind: GossipKind<T>,
  ) {
    this.#node = components.node
    this.#scores = components.scores
    this.#kind = kind
    this.#report = components.report
  }

  /** Joins a topic. */
  join(topic: string): void {
    const { pubsub } = this.#node.services
    pubsub.topicValidators.set(topic, (peer, message) => this.#validate(peer, message))
    pubsub.subscribe(topic)
  }

  /** Leaves a topic. */
  leave(topic: string): void {
    const { pubsub } = this.#node.services
    pubsub.unsubscribe(topic)
    pubsub.topicValidators.delete(topic)
  }

  /** Publishes a value that this agent signed. */
  async publish({ value, signature }: Signed<T>): Promise<void> {
    await this.#node.services.pubsub.publish(
      this.#kind.topicOf(value),
      encodeSigned(this.#kind.encode(value), signature),
    )
  }

  #validate(peer: PeerId, message: Message): TopicValidatorResult {
    try {
      const { body, signature } = decodeSigned(message.data)
      const received = verify(this.#kind, body, signature)
      // In another topic it would reach whom it does not concern.
      const isAtHome = this.#kind.topicOf(received.value) === message.topic
      const verdict = isAtHome ? this.#kind.admit(received) : 'reject'
      if (verdict === 'reject') this.#scores.penalize(peer.toString(), 'refused')
      return RESULTS[verdict]
    } catch (error) {
      if (!(error instanceof MeshError)) throw error
      this.#report(error)
      this.#scores.penalize(peer.toString(), error instanceof SignatureError ? 'forged' : 'malformed')
      return TopicValidatorResult.Reject
    }
  }
}

/**
 * Decodes a signed body and verifies that the agent it names signed it.
 *
 * @throws WireError when it is malformed or not canonical; SignatureError when somebody else signed.
 */
export function verify<T extends { agent: Address }>(
  kind: Pick<GossipKind<T>, 'decode' | 'hash'>,
  body: Uint8Array,
  signature: Hex,
): Received<T> {
  const value = kind.decode(body)
  const hash = kind.hash(value)
  const publicKey = verifyDigest(hash, signature, value.agent)
  return {
    value,
    signature,
    hash,
    // Decompressing the key costs more than verifying the signature, and few values are ever answered.
    get peerId() {
      return peerIdOfPublicKey(publicKey)
    },
  }
}
