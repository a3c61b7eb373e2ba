import type { Connection, PeerId, Stream } from '@libp2p/interface'
import type { Deployment } from '../../../protocol/deployment.ts'
import { MeshError, RefusedError, SignatureError, WireError } from '../../../protocol/errors.ts'
import { protocolName } from '../../network/names.ts'
import type { MeshNode } from '../../network/node.ts'
import { type Misbehaviour, misbehaviourOf, type PeerScores } from '../../network/peer-scores.ts'
import { openStream } from '../../network/streams.ts'
import type { NetworkRules } from '../network-rules.ts'
import { Channel, type Inbound } from './channel.ts'
import { MAX_CHANNELS, MAX_STREAMS_PER_CONNECTION, PROTOCOL, STREAM_TIMEOUT } from './constants.ts'

/** Called with every message of a peer that answers none of ours. */
export type MessageHandler = (channel: Channel, inbound: Inbound) => Promise<void>

/** One long-lived negotiation stream per peer, opened when it is needed and again when it broke. */
export class Channels {
  readonly #node: MeshNode
  readonly #scores: PeerScores
  readonly #rules: NetworkRules
  readonly #protocol: string
  readonly #onMessage: MessageHandler
  readonly #report: (error: unknown) => void
  readonly #channels = new Map<string, Channel>()
  readonly #opening = new Map<string, Promise<Channel>>()

  constructor(
    components: {
      node: MeshNode
      scores: PeerScores
      rules: NetworkRules
      deployment: Deployment
      /** Hears what peers are punished for. */
      report: (error: unknown) => void
    },
    onMessage: MessageHandler,
  ) {
    this.#node = components.node
    this.#scores = components.scores
    this.#rules = components.rules
    this.#protocol = protocolName(components.deployment, PROTOCOL)
    this.#onMessage = onMessage
    this.#report = components.report
  }

  async start(): Promise<void> {
    await this.#node.handle(
      this.#protocol,
      (stream: Stream, connection: Connection) => this.#welcome(connection.remotePeer, stream),
      {
        maxInboundStreams: MAX_STREAMS_PER_CONNECTION,
        maxOutboundStreams: MAX_STREAMS_PER_CONNECTION,
        runOnLimitedConnection: true,
      },
    )
  }

  async stop(): Promise<void> {
    await this.#node.unhandle(this.#protocol)
    for (const channel of this.#channels.values()) channel.close()
  }

  /**
   * The channel to a peer, opened if need be.
   *
   * @param endpoints multiaddrs without peer id where it listens
   * @throws RefusedError `PROTOCOL_SUNSET`, `PEER_MUTED`, `PEER_UNREACHABLE` or `TOO_MANY_CHANNELS`
   */
  async to(peer: PeerId, endpoints: readonly string[]): Promise<Channel> {
    this.#rules.checkProtocol(PROTOCOL)
    const key = peer.toString()
    if (this.#scores.isMuted(key)) {
      throw new RefusedError('PEER_MUTED', 'A peer is muted.', {
        field: 'peer',
        received: key,
        remedy: 'Trade with another one: it sent too much that was invalid, or the network has banned it.',
      })
    }
    const known = this.#channels.get(key)
    if (known?.isOpen) return known
    const opening = this.#opening.get(key) ?? this.#open(peer, endpoints)
    this.#opening.set(key, opening)
    return opening.finally(() => this.#opening.delete(key))
  }

  /** Punishes a peer; a mute ends its connections. */
  penalize(peer: PeerId, misbehaviour: Misbehaviour): void {
    if (!this.#scores.penalize(peer.toString(), misbehaviour)) return
    this.#channels.get(peer.toString())?.close(new RefusedError('PEER_MUTED', 'The peer was muted.'))
    this.#node.hangUp(peer).catch(() => undefined)
  }

  async #open(peer: PeerId, endpoints: readonly string[]): Promise<Channel> {
    const signal = AbortSignal.timeout(STREAM_TIMEOUT)
    try {
      return this.#adopt(peer, await openStream(this.#node, peer, this.#protocol, { signal, endpoints }))
    } catch (cause) {
      throw new RefusedError('PEER_UNREACHABLE', 'A peer cannot be reached.', {
        field: 'peer',
        received: `${peer} at ${endpoints.join(', ')}`,
        cause,
      })
    }
  }

  #welcome(peer: PeerId, stream: Stream): void {
    try {
      this.#rules.checkProtocol(PROTOCOL)
      this.#adopt(peer, stream)
    } catch (error) {
      if (!(error instanceof MeshError)) throw error
      this.#report(error)
      stream.abort(error)
    }
  }

  #adopt(peer: PeerId, stream: Stream): Channel {
    const key = peer.toString()
    const channel: Channel = new Channel(
      peer,
      stream,
      (inbound) => this.#onMessage(channel, inbound),
      () => this.#rules.parameters.spam.maxMessageBytes,
    )
    if (this.#channels.size >= MAX_CHANNELS && !this.#channels.has(key)) {
      channel.close(new RefusedError('TOO_MANY_CHANNELS', 'Too many peers negotiate at a time.'))
      return channel
    }
    // The newest serves: a peer that opens another one may have lost the first with the process that held it.
    this.#channels.set(key, channel)
    channel
      .read()
      .catch((error: unknown) => {
        this.#report(error)
        if (error instanceof WireError || error instanceof SignatureError)
          this.penalize(peer, misbehaviourOf(error))
      })
      .finally(() => {
        if (this.#channels.get(key) === channel) this.#channels.delete(key)
      })
    return channel
  }
}
