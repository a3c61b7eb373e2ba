import type { Connection, PeerId, Stream } from '@libp2p/interface'
import type { NetworkId } from '../../../protocol/deployment.ts'
import { MeshError } from '../../../protocol/errors.ts'
import type { Hex } from '../../../protocol/types.ts'
import { encodeIntent } from '../../../protocol/wire/bodies.ts'
import {
  type CatchUpAsk,
  decodeCatchUpAsk,
  decodeCatchUpHave,
  decodeCatchUpWant,
  encodeCatchUpAsk,
  encodeCatchUpHave,
  encodeCatchUpWant,
  MAX_OFFERED_INTENTS,
} from '../../../protocol/wire/catch-up.ts'
import { encodeSigned } from '../../../protocol/wire/gossip.ts'
import { protocolName } from '../../network/names.ts'
import type { MeshNode } from '../../network/node.ts'
import type { PeerScores } from '../../network/peer-scores.ts'
import { RequestLimits } from '../../network/request-limits.ts'
import { admitStream } from '../admit-stream.ts'
import { exchangeFrames } from '../exchange.ts'
import type { NetworkRules } from '../network-rules.ts'
import { CATCH_UP, TARIFF } from './constants.ts'
import type { ReceivedIntent } from './intent-book.ts'

/** How long one exchange may take, in milliseconds. */
const TIMEOUT = 10_000
/** Bytes of a digest in a list. */
const BYTES_PER_HASH = 34

export interface CatchUpComponents {
  node: MeshNode
  scores: PeerScores
  rules: NetworkRules
  deployment: NetworkId
  /** Hears what peers are punished for. */
  report: (error: unknown) => void
}

/** What a neighbour is asked and answered about. */
export interface Cache {
  /** Open intents that concern who asks, of those that are known, the ones to be told first at the front. */
  open(ask: CatchUpAsk): ReceivedIntent[]
  /** Whether an intent is wanted of which only the digest is known. */
  wants(hash: Hex): boolean
  /**
   * Takes in what a neighbour sent, verified or not.
   *
   * @throws MeshError for what the neighbour is to blame for
   */
  receive(bytes: Uint8Array, from: PeerId): Promise<void>
}

/**
 * Asks neighbours for the open intents that went by before this agent listened, and answers those who ask. Digests are
 * exchanged first, so nothing travels twice.
 */
export class CatchUp {
  readonly #components: CatchUpComponents
  readonly #cache: Cache
  readonly #protocol: string
  readonly #limits = new RequestLimits(TARIFF)

  constructor(components: CatchUpComponents, cache: Cache) {
    this.#components = components
    this.#cache = cache
    this.#protocol = protocolName(components.deployment, CATCH_UP)
  }

  async start(): Promise<void> {
    await this.#components.node.handle(
      this.#protocol,
      (stream, connection) => this.#serve(stream, connection),
      {
        maxInboundStreams: 4,
        maxOutboundStreams: 4,
      },
    )
  }

  async stop(): Promise<void> {
    await this.#components.node.unhandle(this.#protocol)
  }

  /**
   * Takes in what a neighbour has and this agent lacks.
   *
   * @returns how many intents it sent
   * @throws RefusedError `PROTOCOL_SUNSET`; WireError; whatever ended the stream, or `signal` was aborted with
   */
  async ask(peer: PeerId, question: CatchUpAsk, signal: AbortSignal): Promise<number> {
    const { node, rules } = this.#components
    rules.checkProtocol(CATCH_UP)
    const options = { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]) }
    const stream = await node.dialProtocol(peer, this.#protocol, options)
    return exchangeFrames(this.#components, stream, peer, async (frames) => {
      await frames.write(encodeCatchUpAsk(question), options)
      const hashes = decodeCatchUpHave((await frames.read(options)).subarray())
      const wanted = [...hashes.keys()].filter((index) => this.#cache.wants(hashes[index] as Hex))
      await frames.write(encodeCatchUpWant(wanted), options)
      for (let count = 0; count < wanted.length; count++) {
        await this.#cache.receive((await frames.read(options)).subarray(), peer)
      }
      return wanted.length
    })
  }

  async #serve(stream: Stream, { remotePeer }: Connection): Promise<void> {
    const peer = remotePeer.toString()
    const charge = () => this.#limits.take(peer, 'question')
    if (!admitStream(this.#components, CATCH_UP, { peer: remotePeer, stream }, charge)) return
    const options = { signal: AbortSignal.timeout(TIMEOUT) }
    try {
      await exchangeFrames(this.#components, stream, remotePeer, async (frames) => {
        const question = decodeCatchUpAsk((await frames.read(options)).subarray())
        const open = this.#cache.open(question).slice(0, this.#most())
        await frames.write(encodeCatchUpHave(open.map(({ hash }) => hash)), options)
        const wanted = decodeCatchUpWant((await frames.read(options)).subarray(), open.length)
        const intents = wanted.map((index) => open[index] as ReceivedIntent)
        await frames.writeV(
          intents.map(({ value, signature }) => encodeSigned(encodeIntent(value), signature)),
          options,
        )
      })
    } catch (error) {
      if (error instanceof MeshError) this.#components.report(error)
    }
  }

  #most(): number {
    const { maxMessageBytes } = this.#components.rules.parameters.spam
    return Math.min(MAX_OFFERED_INTENTS, Math.floor(maxMessageBytes / BYTES_PER_HASH) - 1)
  }
}
