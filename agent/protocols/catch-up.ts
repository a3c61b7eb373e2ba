import type { Connection, PeerId, Stream } from '@libp2p/interface'
import type { NetworkId } from '../../protocol/deployment.ts'
import { MeshError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/types.ts'
import {
  type AreaAsk,
  type CatchUpAsk,
  decodeCatchUpAsk,
  decodeCatchUpHave,
  decodeCatchUpWant,
  encodeCatchUpAsk,
  encodeCatchUpHave,
  encodeCatchUpWant,
  MAX_OFFERED,
  type SlotsAsk,
} from '../../protocol/wire/catch-up.ts'
import { protocolName } from '../network/names.ts'
import type { MeshNode } from '../network/node.ts'
import type { PeerScores } from '../network/peer-scores.ts'
import { RequestLimits, type Tariff } from '../network/request-limits.ts'
import { admitStream } from './admit-stream.ts'
import { exchangeFrames } from './exchange.ts'
import type { NetworkRules } from './network-rules.ts'

/** The protocol by which neighbours are asked for what went by. */
export const CATCH_UP = { name: 'catch-up', version: 1 } as const

/** What questions of one peer cost: at once as many as there are to ask about all markets that one agent can be in. */
const TARIFF: Tariff<'question'> = {
  protocol: CATCH_UP.name,
  quota: { perMinute: 80, burst: 40 },
  costs: { question: 1 },
}
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

/** A signed message that can be passed on. */
export interface Said {
  /** EIP-712 digest that was signed. */
  readonly hash: Hex
  /** Writes the `Signed` message. */
  encode(): Uint8Array
}

/** What a question is about, as far as this agent knows of it. */
export interface Cache {
  /** What who asks is offered, what it is to be told first at the front. */
  open(): readonly Said[]
  /** Whether something is wanted of which only the digest is known. */
  wants(hash: Hex): boolean
  /**
   * Takes in a message that a neighbour sent, verified or not.
   *
   * @throws MeshError for what the neighbour is to blame for
   */
  receive(message: Uint8Array, from: PeerId): Promise<void>
}

type Kind = CatchUpAsk['type']
type AskOf<K extends Kind> = K extends AreaAsk['type'] ? AreaAsk : SlotsAsk

/**
 * Asks neighbours for what was said before this agent listened and still counts, and answers those who ask. Digests are
 * exchanged first, so nothing travels twice.
 */
export class CatchUp {
  readonly #components: CatchUpComponents
  readonly #caches = new Map<Kind, (question: never) => Cache | undefined>()
  readonly #protocol: string
  readonly #limits = new RequestLimits(TARIFF)

  constructor(components: CatchUpComponents) {
    this.#components = components
    this.#protocol = protocolName(components.deployment, CATCH_UP)
  }

  /** Sets who knows what questions of a kind are about; undefined where this agent does not listen to it. */
  about<K extends Kind>(type: K, cacheOf: (question: AskOf<K>) => Cache | undefined): void {
    this.#caches.set(type, cacheOf)
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
   * Takes in what a neighbour has and this agent lacks. One of an older version, or that is gone, is no fault: only what it
   * did wrong is reported.
   *
   * @returns whether it has answered to the end
   */
  async ask(peer: PeerId, question: CatchUpAsk, signal: AbortSignal): Promise<boolean> {
    const { node, rules, report } = this.#components
    const cache = this.#cacheOf(question)
    if (cache === undefined) return false
    try {
      rules.checkProtocol(CATCH_UP)
      const options = { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]) }
      const stream = await node.dialProtocol(peer, this.#protocol, options)
      await exchangeFrames(this.#components, stream, peer, async (frames) => {
        await frames.write(encodeCatchUpAsk(question), options)
        const hashes = decodeCatchUpHave((await frames.read(options)).subarray())
        const wanted = [...hashes.keys()].filter((index) => cache.wants(hashes[index] as Hex))
        await frames.write(encodeCatchUpWant(wanted), options)
        for (let count = 0; count < wanted.length; count++) {
          await cache.receive((await frames.read(options)).subarray(), peer)
        }
      })
      return true
    } catch (error) {
      if (error instanceof MeshError) report(error)
      return false
    }
  }

  async #serve(stream: Stream, { remotePeer }: Connection): Promise<void> {
    const peer = remotePeer.toString()
    const charge = () => this.#limits.take(peer, 'question')
    if (!admitStream(this.#components, CATCH_UP, { peer: remotePeer, stream }, charge)) return
    const options = { signal: AbortSignal.timeout(TIMEOUT) }
    try {
      await exchangeFrames(this.#components, stream, remotePeer, async (frames) => {
        const question = decodeCatchUpAsk((await frames.read(options)).subarray())
        const open = (this.#cacheOf(question)?.open() ?? []).slice(0, this.#most())
        await frames.write(encodeCatchUpHave(open.map(({ hash }) => hash)), options)
        const wanted = decodeCatchUpWant((await frames.read(options)).subarray(), open.length)
        await frames.writeV(
          wanted.map((index) => (open[index] as Said).encode()),
          options,
        )
      })
    } catch (error) {
      if (error instanceof MeshError) this.#components.report(error)
    }
  }

  #cacheOf(question: CatchUpAsk): Cache | undefined {
    return this.#caches.get(question.type)?.(question as never)
  }

  #most(): number {
    const { maxMessageBytes } = this.#components.rules.parameters.spam
    return Math.min(MAX_OFFERED, Math.floor(maxMessageBytes / BYTES_PER_HASH) - 1)
  }
}
