import type { Connection, Libp2p, PeerId, Stream } from '@libp2p/interface'
import { lpStream } from '@libp2p/utils'
import { MeshError } from '../../../protocol/errors.ts'
import {
  decodeRequest,
  encodeDiscoverAnswer,
  encodeRegisterAnswer,
  MAX_DISCOVERED,
  MAX_REQUEST_BYTES,
  RENDEZVOUS_PROTOCOL,
  type RegisterAnswer,
  type RendezvousRequest,
} from '../../../protocol/wire/rendezvous.ts'
import { groupOf } from '../ip-ranges.ts'
import { RequestLimits, type Tariff } from '../request-limits.ts'
import { claimedPeer, openPeerRecord } from './peer-record.ts'
import { type RegistrationLimits, Registrations } from './registrations.ts'

/** How long a registration holds where nothing is said, and the least and the most that may be said; seconds. */
const TTL = { standard: 7_200, least: 7_200, most: 259_200 }
/** Most bytes of a namespace. */
const MAX_NAMESPACE_BYTES = 255
/** How long a stream may be idle, and an answer may take, in milliseconds. */
const TIMEOUT = 10_000

/** An agent with 16 namespaces may come, go and come back at once. A new record takes 3 ms of CPU to verify. */
const TARIFF: Tariff<'stream' | RendezvousRequest['type']> = {
  protocol: RENDEZVOUS_PROTOCOL,
  quota: { perMinute: 120, burst: 240 },
  costs: { stream: 1, register: 2, unregister: 1, discover: 2 },
}

/** Decides who is served. */
export interface Gate {
  /**
   * Whether a stream is served; one that is not is reset.
   *
   * @param charge takes what opening it costs, and throws a MeshError when it is too much
   */
  admit(peer: PeerId, stream: Stream, charge: () => void): boolean
  /** Hears what a peer is to blame for; its stream was reset. */
  blame(peer: PeerId, error: MeshError): void
  /** Whether a peer is known to have stake: others make room for it. Answers from memory. */
  hasStake(peer: PeerId): boolean
}

type Node = Pick<Libp2p, 'handle' | 'unhandle' | 'getPeers'>

export interface PointInit {
  gate: Gate
  limits: RegistrationLimits
  /** Whether a namespace is served; by default all are. */
  accepts?: (namespace: string) => boolean
}

/**
 * A rendezvous point: peers register under namespaces where they listen, and ask who else did.
 *
 * Source: the libp2p rendezvous protocol, revision 3; statuses as in its message definitions.
 *
 * @see https://github.com/libp2p/specs/tree/master/rendezvous
 */
export class RendezvousPoint {
  readonly #node: Node
  readonly #gate: Gate
  readonly #accepts: (namespace: string) => boolean
  readonly #registrations: Registrations
  readonly #limits = new RequestLimits(TARIFF)

  constructor(node: Node, { gate, limits, accepts = () => true }: PointInit) {
    this.#node = node
    this.#gate = gate
    this.#accepts = accepts
    this.#registrations = new Registrations(limits, {
      memory: crypto.getRandomValues(new Uint8Array(8)),
      connected: () => new Set(node.getPeers().map(String)),
    })
  }

  /** How many registrations it remembers. */
  get size(): number {
    return this.#registrations.size
  }

  async start(): Promise<void> {
    await this.#node.handle(RENDEZVOUS_PROTOCOL, (stream, connection) => this.#serve(stream, connection), {
      maxInboundStreams: 4,
      maxOutboundStreams: 4,
    })
  }

  async stop(): Promise<void> {
    await this.#node.unhandle(RENDEZVOUS_PROTOCOL)
  }

  /** Answers one request after another, until the peer ends the stream. */
  async #serve(stream: Stream, connection: Connection): Promise<void> {
    const { remotePeer } = connection
    if (!this.#gate.admit(remotePeer, stream, () => this.#limits.take(remotePeer.toString(), 'stream')))
      return
    const frames = lpStream(stream, { maxDataLength: MAX_REQUEST_BYTES })
    try {
      for (;;) {
        const options = { signal: AbortSignal.timeout(TIMEOUT) }
        const request = decodeRequest((await frames.read(options)).subarray())
        this.#limits.take(remotePeer.toString(), request.type)
        const answer = await this.#answer(request, connection)
        if (answer !== undefined) await frames.write(answer, options)
      }
    } catch (error) {
      if (error instanceof MeshError) {
        stream.abort(error)
        this.#gate.blame(remotePeer, error)
        return
      }
      await stream.close({ signal: AbortSignal.timeout(TIMEOUT) }).catch((failure) => stream.abort(failure))
    }
  }

  async #answer(request: RendezvousRequest, connection: Connection): Promise<Uint8Array | undefined> {
    switch (request.type) {
      case 'register':
        return encodeRegisterAnswer(await this.#register(request, connection))
      case 'unregister':
        this.#registrations.remove(connection.remotePeer.toString(), request.namespace)
        return undefined
      case 'discover': {
        const limit = Math.min(request.limit ?? MAX_DISCOVERED, MAX_DISCOVERED)
        const found = this.#registrations.find({ ...request, limit })
        return encodeDiscoverAnswer(
          found ? { status: 'OK', ...found } : { status: 'E_INVALID_COOKIE', registrations: [] },
        )
      }
    }
  }

  async #register(
    { namespace, record, ttl = TTL.standard }: Extract<RendezvousRequest, { type: 'register' }>,
    { remotePeer, remoteAddr }: Connection,
  ): Promise<RegisterAnswer> {
    const bytes = new TextEncoder().encode(namespace).length
    if (bytes === 0 || bytes > MAX_NAMESPACE_BYTES || !this.#accepts(namespace)) {
      return { status: 'E_INVALID_NAMESPACE' }
    }
    if (ttl < TTL.least || ttl > TTL.most) return { status: 'E_INVALID_TTL' }
    const peer = remotePeer.toString()
    try {
      // Before the signature is looked at, which costs most.
      if (!claimedPeer(record).equals(remotePeer)) return { status: 'E_NOT_AUTHORIZED' }
      if (!areEqual(record, this.#registrations.recordOf(peer))) await openPeerRecord(record)
    } catch (error) {
      if (error instanceof MeshError) return { status: 'E_INVALID_SIGNED_PEER_RECORD' }
      throw error
    }
    const address = groupOf(remoteAddr).group
    const isStaked = this.#gate.hasStake(remotePeer)
    const status = this.#registrations.add({ peer, address, isStaked, namespace, record, ttl })
    return status === 'OK' ? { status, ttl } : { status }
  }
}

function areEqual(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return a.length === b?.length && a.every((byte, index) => byte === b[index])
}
