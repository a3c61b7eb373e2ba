import type { Connection, PeerId, Stream } from '@libp2p/interface'
import type { NetworkId } from '../../../protocol/deployment.ts'
import { MeshError, RefusedError, WireError } from '../../../protocol/errors.ts'
import {
  type AgentAnswer,
  decodeAgentCount,
  decodeAgentQuery,
  decodeFoundAgent,
  encodeAgentCount,
  encodeAgentQuery,
} from '../../../protocol/wire/agent-query.ts'
import { protocolName } from '../../network/names.ts'
import type { MeshNode } from '../../network/node.ts'
import type { PeerScores } from '../../network/peer-scores.ts'
import { RequestLimits } from '../../network/request-limits.ts'
import type { RoundTrips } from '../../network/round-trips.ts'
import { openStream } from '../../network/streams.ts'
import { parseQuery } from '../../query/parse.ts'
import { printQuery } from '../../query/print.ts'
import type { Query } from '../../query/query.ts'
import { admitStream } from '../admit-stream.ts'
import { exchangeFrames } from '../exchange.ts'
import type { NetworkRules } from '../network-rules.ts'
import { ASK_TIMEOUT, MAX_ANSWERING, MAX_STREAMS, PROTOCOL, TARIFF } from './constants.ts'

export interface QueryProtocolComponents {
  node: MeshNode
  scores: PeerScores
  rules: NetworkRules
  deployment: NetworkId
  roundTrips: RoundTrips
  /** Hears what was refused, and for what peers are punished. */
  report: (error: unknown) => void
}

/** Who is asked: by peer id, and where it is known to listen. */
export interface Askable {
  readonly peer: PeerId
  /** Multiaddrs without peer id; without any, what libp2p knows. */
  readonly endpoints?: readonly string[]
}

/** Asks peers for agents, and answers those who ask, over one stream per question. */
export class QueryProtocol {
  readonly #components: QueryProtocolComponents
  readonly #answer: (query: Query) => Promise<Uint8Array[]>
  readonly #protocol: string
  readonly #limits = new RequestLimits(TARIFF)
  #answering = 0

  /** @param answer finds what a query asks for, as encoded `FoundAgent`s, at most as many as it wants */
  constructor(components: QueryProtocolComponents, answer: (query: Query) => Promise<Uint8Array[]>) {
    this.#components = components
    this.#answer = answer
    this.#protocol = protocolName(components.deployment, PROTOCOL)
  }

  async start(): Promise<void> {
    await this.#components.node.handle(
      this.#protocol,
      (stream, connection) => this.#serve(stream, connection),
      {
        maxInboundStreams: MAX_STREAMS,
        maxOutboundStreams: MAX_STREAMS,
        runOnLimitedConnection: true,
      },
    )
  }

  async stop(): Promise<void> {
    await this.#components.node.unhandle(this.#protocol)
  }

  /**
   * Asks a peer.
   *
   * @param query with a limit
   * @param take called with each agent that it answers with; what it throws is held against the peer, and ends the answer
   * @throws RefusedError `PROTOCOL_SUNSET`; WireError; what `take` throws, what ended the stream, or `signal` was aborted
   *   with
   */
  async ask(
    { peer, endpoints = [] }: Askable,
    query: Query & { limit: number },
    take: (answer: AgentAnswer) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const { node, rules, roundTrips } = this.#components
    rules.checkProtocol(PROTOCOL)
    const options = { signal: AbortSignal.any([signal, AbortSignal.timeout(ASK_TIMEOUT)]) }
    const stream = await openStream(node, peer, this.#protocol, { ...options, endpoints })
    await exchangeFrames(this.#components, stream, peer, async (frames) => {
      const start = performance.now()
      await frames.write(encodeAgentQuery(printQuery(query)), options)
      const count = decodeAgentCount((await frames.read(options)).subarray())
      roundTrips.record(peer, performance.now() - start)
      if (count > query.limit) throw tooMany(count, query.limit)
      for (let taken = 0; taken < count; taken++) {
        await take(decodeFoundAgent((await frames.read(options)).subarray()))
      }
    })
  }

  async #serve(stream: Stream, { remotePeer }: Connection): Promise<void> {
    const { report } = this.#components
    const charge = () => {
      this.#limits.take(remotePeer.toString(), 'question')
      if (this.#answering >= MAX_ANSWERING) throw busy()
    }
    if (!admitStream(this.#components, PROTOCOL, { peer: remotePeer, stream }, charge)) return
    const options = { signal: AbortSignal.timeout(ASK_TIMEOUT) }
    this.#answering += 1
    try {
      await exchangeFrames(this.#components, stream, remotePeer, async (frames) => {
        const query = parseQuery(decodeAgentQuery((await frames.read(options)).subarray()))
        const found = await this.#answer(query)
        await frames.writeV([encodeAgentCount(found.length), ...found], options)
      })
    } catch (error) {
      if (error instanceof MeshError) report(error)
    } finally {
      this.#answering -= 1
    }
  }
}

function busy(): RefusedError {
  return new RefusedError('TOO_MANY_QUESTIONS', 'Too many peers ask for agents at a time.', {
    expected: `at most ${MAX_ANSWERING}`,
    remedy: 'Ask another peer, or in some seconds.',
  })
}

function tooMany(count: number, limit: number): WireError {
  return new WireError('LIST_TOO_LONG', 'A peer answers with more agents than were asked for.', {
    field: 'agentCount.count',
    expected: `at most ${limit}`,
    received: count,
  })
}
