import type { Connection, PeerId, Stream } from '@libp2p/interface'
import type { NetworkId } from '../../../protocol/deployment.ts'
import { RefusedError, SignatureError, WireError } from '../../../protocol/errors.ts'
import type { ProtocolId } from '../../../protocol/network-parameters.ts'
import { checkSize } from '../../../protocol/wire/codec.ts'
import { protocolName } from '../../network/names.ts'
import type { MeshNode } from '../../network/node.ts'
import { type Misbehaviour, misbehaviourOf, type PeerScores } from '../../network/peer-scores.ts'
import { RequestLimits, type Tariff } from '../../network/request-limits.ts'
import { openStream } from '../../network/streams.ts'
import type { Deals } from '../../policy/deals.ts'
import { admitStream } from '../admit-stream.ts'
import type { NetworkRules } from '../network-rules.ts'
import { Channel, type Codec, type Inbound } from './channel.ts'
import { MAX_CHANNELS, MAX_STREAMS_PER_CONNECTION, STREAM_TIMEOUT } from './constants.ts'

/** Called with every message of a peer that answers none of ours. */
export type MessageHandler<Message extends { type: string }> = (
  channel: Channel<Message>,
  inbound: Inbound<Message>,
) => Promise<void>

/** A protocol of numbered messages. */
export interface ChannelProtocol<Message extends { type: string }> {
  /** Major versions to speak, the newest first: two agents speak the newest that both have. */
  versions: readonly ProtocolId[]
  codec: Codec<Message>
  /** What the messages of one peer cost. */
  tariff: Tariff<'stream' | Message['type']>
  /** Most bytes of a message; without it, as many as the network's rules say. */
  maxBytes?: number
  /** Most messages of one stream that may be in handling at a time; `MAX_INBOUND` by default. */
  maxInbound?: number
}

export interface ChannelsComponents {
  node: MeshNode
  scores: PeerScores
  rules: NetworkRules
  deployment: NetworkId
  deals: Pick<Deals, 'live'>
  /** Hears what peers are punished for, or refused. */
  report: (error: unknown) => void
}

/**
 * One long-lived stream of a protocol per peer, opened when it is needed and again when it broke. After the protocol's
 * sunset there are streams to peers alone with which deals have not ended, and when there are none, none is taken.
 */
export class Channels<Message extends { type: string }> {
  readonly #node: MeshNode
  readonly #scores: PeerScores
  readonly #rules: NetworkRules
  /** By the name of the protocol on the wire, the newest version first. */
  readonly #versions: ReadonlyMap<string, ProtocolId>
  readonly #protocol: Pick<ChannelProtocol<Message>, 'codec' | 'maxInbound'>
  readonly #checkSize: (length: number) => void
  readonly #onMessage: MessageHandler<Message>
  readonly #deals: Pick<Deals, 'live'>
  readonly #report: (error: unknown) => void
  readonly #limits: RequestLimits<'stream' | Message['type']>
  readonly #channels = new Map<string, Channel<Message>>()
  /** One for each peer with a channel, whichever serves at present. */
  readonly #present = new Map<string, AbortController>()
  readonly #opening = new Map<string, Promise<Channel<Message>>>()
  readonly #listening = new Set<string>()

  constructor(
    components: ChannelsComponents,
    protocol: ChannelProtocol<Message>,
    onMessage: MessageHandler<Message>,
  ) {
    this.#node = components.node
    this.#scores = components.scores
    this.#rules = components.rules
    const { deployment } = components
    const { versions, tariff, maxBytes } = protocol
    this.#versions = new Map(versions.map((version) => [protocolName(deployment, version), version]))
    this.#protocol = protocol
    this.#limits = new RequestLimits(tariff)
    this.#checkSize = (length) =>
      maxBytes === undefined ? this.#rules.checkSize(length) : checkSize(length, maxBytes)
    this.#onMessage = onMessage
    this.#deals = components.deals
    this.#report = components.report
  }

  async start(): Promise<void> {
    for (const [protocol, version] of this.#versions) await this.#listen(protocol, version)
  }

  /** Ends taking streams, or begins anew, as the sunset of a version and the deals that are left want it. */
  async refresh(): Promise<void> {
    const hasDeals = this.#deals.live().length > 0
    for (const [protocol, version] of this.#versions) {
      const isWanted = hasDeals || this.#sunsetOf(version) === undefined
      if (isWanted === this.#listening.has(protocol)) continue
      if (isWanted) await this.#listen(protocol, version)
      else await this.#unlisten(protocol)
    }
  }

  async stop(): Promise<void> {
    for (const protocol of this.#listening) await this.#unlisten(protocol)
    await Promise.all([...this.#channels.values()].map((channel) => channel.close()))
  }

  /**
   * The channel to a peer, opened if need be, in the newest version that both sides speak and the network has.
   *
   * @param endpoints multiaddrs without peer id where it listens
   * @throws RefusedError `PROTOCOL_SUNSET`, `PEER_MUTED`, `PEER_UNREACHABLE` or `TOO_MANY_CHANNELS`
   */
  async to(peer: PeerId, endpoints: readonly string[]): Promise<Channel<Message>> {
    const key = peer.toString()
    const protocols = this.#spoken(key)
    if (this.#scores.isMuted(key)) {
      throw new RefusedError('PEER_MUTED', 'A peer is muted.', {
        field: 'peer',
        received: key,
        remedy: 'Trade with another one: it sent too much that was invalid, or the network has banned it.',
      })
    }
    const known = this.#channels.get(key)
    if (known?.isOpen) return known
    const opening = this.#opening.get(key) ?? this.#open(peer, endpoints, protocols)
    this.#opening.set(key, opening)
    return opening.finally(() => this.#opening.delete(key))
  }

  /**
   * The channel to a peer for something new.
   *
   * @throws RefusedError as `to`
   */
  async toNew(peer: PeerId, endpoints: readonly string[]): Promise<Channel<Message>> {
    const channel = await this.to(peer, endpoints)
    this.checkNew(channel)
    return channel
  }

  /** Checks that something new may be begun on a channel. @throws RefusedError `PROTOCOL_SUNSET` or `PROTOCOL_UNKNOWN` */
  checkNew({ protocol }: Pick<Channel<Message>, 'protocol'>): void {
    const version = this.#versions.get(protocol)
    if (version !== undefined) this.#rules.checkProtocol(version)
  }

  /** Aborted when a peer has ended its channel, and opened no other one before; at once when it has none. */
  goneOf(peer: PeerId): AbortSignal {
    return this.#present.get(peer.toString())?.signal ?? AbortSignal.abort(gone(peer))
  }

  /** Punishes a peer; a mute ends its connections. */
  penalize(peer: PeerId, misbehaviour: Misbehaviour): void {
    if (!this.#scores.penalize(peer.toString(), misbehaviour)) return
    this.#channels.get(peer.toString())?.abort(
      new RefusedError('PEER_MUTED', 'The peer was muted.', {
        remedy:
          'Deal with another peer: this one broke the rules too often, and is heard again when its mute is over.',
      }),
    )
    this.#node.hangUp(peer).catch(() => undefined)
  }

  async #open(peer: PeerId, endpoints: readonly string[], protocols: string[]): Promise<Channel<Message>> {
    const signal = AbortSignal.timeout(STREAM_TIMEOUT)
    try {
      return this.#adopt(peer, await openStream(this.#node, peer, protocols, { signal, endpoints }))
    } catch (cause) {
      throw new RefusedError('PEER_UNREACHABLE', 'A peer cannot be reached.', {
        field: 'peer',
        expected: `a stream within ${STREAM_TIMEOUT} ms`,
        received: `${peer} at ${endpoints.join(', ')}`,
        remedy:
          'Search again, for it may have gone or moved; and see whether this machine reaches its addresses. Behind a NAT, give `relays`.',
        cause,
      })
    }
  }

  /** Names of the versions in which a peer may be spoken to. @throws RefusedError when there is none, for the newest */
  #spoken(peer: string): string[] {
    const versions = [...this.#versions]
    if (this.#hasDeal(peer)) return versions.map(([protocol]) => protocol)
    const sunsets = versions.map(([, version]) => this.#sunsetOf(version))
    const spoken = versions.filter((_, index) => sunsets[index] === undefined)
    if (spoken.length === 0) throw sunsets[0]
    return spoken.map(([protocol]) => protocol)
  }

  #sunsetOf(version: ProtocolId): RefusedError | undefined {
    try {
      this.#rules.checkProtocol(version)
      return undefined
    } catch (error) {
      if (error instanceof RefusedError) return error
      throw error
    }
  }

  #hasDeal(peer: string): boolean {
    return this.#deals.live().some((deal) => deal.peer === peer)
  }

  async #listen(protocol: string, version: ProtocolId): Promise<void> {
    this.#listening.add(protocol)
    await this.#node.handle(
      protocol,
      (stream: Stream, connection: Connection) => this.#welcome(version, connection.remotePeer, stream),
      {
        maxInboundStreams: MAX_STREAMS_PER_CONNECTION,
        maxOutboundStreams: MAX_STREAMS_PER_CONNECTION,
        runOnLimitedConnection: true,
      },
    )
  }

  async #unlisten(protocol: string): Promise<void> {
    this.#listening.delete(protocol)
    await this.#node.unhandle(protocol)
  }

  #welcome(version: ProtocolId, peer: PeerId, stream: Stream): void {
    const checkProtocol = () => {
      const sunset = this.#hasDeal(peer.toString()) ? undefined : this.#sunsetOf(version)
      if (sunset !== undefined) throw sunset
    }
    const components = {
      node: this.#node,
      scores: this.#scores,
      rules: { checkProtocol },
      report: this.#report,
    }
    const charge = () => this.#limits.take(peer.toString(), 'stream')
    if (admitStream(components, version, { peer, stream }, charge)) this.#adopt(peer, stream)
  }

  #adopt(peer: PeerId, stream: Stream): Channel<Message> {
    const key = peer.toString()
    const channel: Channel<Message> = new Channel<Message>(
      peer,
      stream,
      this.#protocol,
      (inbound) => this.#onMessage(channel, inbound),
      this.#checkSize,
      (type) => this.#limits.take(key, type),
    )
    if (this.#channels.size >= MAX_CHANNELS && !this.#channels.has(key)) {
      channel.abort(
        new RefusedError('TOO_MANY_CHANNELS', 'Too many peers have a channel at a time.', {
          remedy: 'Nothing is to be done: the peer can try again when others have gone.',
        }),
      )
      return channel
    }
    // The newest serves: a peer that opens another one may have lost the first with the process that held it.
    this.#channels.set(key, channel)
    if (!this.#present.has(key)) this.#present.set(key, new AbortController())
    channel
      .read()
      .catch((error: unknown) => {
        this.#report(error)
        if (error instanceof WireError || error instanceof SignatureError)
          this.penalize(peer, misbehaviourOf(error))
      })
      .finally(() => {
        if (this.#channels.get(key) !== channel) return
        this.#channels.delete(key)
        this.#present.get(key)?.abort(gone(peer))
        this.#present.delete(key)
      })
    return channel
  }
}

function gone(peer: PeerId): RefusedError {
  return new RefusedError('PEER_GONE', 'A peer has ended its stream.', {
    field: 'peer',
    received: peer.toString(),
    remedy: 'Nothing is to be done: when it comes back, it asks again.',
  })
}
