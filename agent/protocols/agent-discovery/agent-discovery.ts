import { EventEmitter } from 'node:events'
import type { PeerId, Stream } from '@libp2p/interface'
import * as lp from 'it-length-prefixed'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { sha256 } from 'multiformats/hashes/sha2'
import type { NetworkId } from '../../../protocol/deployment.ts'
import { type Domain, hashCapabilityRecord } from '../../../protocol/eip712.ts'
import { CLOCK_SKEW, MAX_CAPABILITY_LIFE } from '../../../protocol/limits.ts'
import type { Address, CapabilityRecord } from '../../../protocol/types.ts'
import { decodeCapabilityRecord, encodeCapabilityRecord } from '../../../protocol/wire/bodies.ts'
import { decodeSigned, encodeSigned } from '../../../protocol/wire/gossip.ts'
import { CAPABILITIES, capabilityTopic, protocolName } from '../../network/names.ts'
import { RequestLimits } from '../../network/request-limits.ts'
import { chunksOf, openStream } from '../../network/streams.ts'
import { admitStream } from '../admit-stream.ts'
import {
  Gossip,
  type GossipComponents,
  type GossipKind,
  type Received,
  type Verdict,
  verify,
} from '../gossip-topic.ts'
import { ASK_TIMEOUT, MAX_PROVIDERS, MAX_RECORDS, PROTOCOL, PROVIDE_TIMEOUT, TARIFF } from './constants.ts'

/** A capability record whose signature was verified. */
export type ReceivedCapability = Received<CapabilityRecord>

export interface AgentDiscoveryComponents extends GossipComponents {
  deployment: NetworkId
  domain: Domain
  /** Unix seconds. */
  now: () => bigint
}

/** Spreads capability records by gossip, and finds agents by capability in what was heard and in the DHT. */
export class AgentDiscovery {
  readonly #components: AgentDiscoveryComponents
  readonly #kind: GossipKind<CapabilityRecord>
  readonly #gossip: Gossip<CapabilityRecord>
  readonly #records = new Map<Address, ReceivedCapability>()
  readonly #events = new EventEmitter<{ record: [ReceivedCapability] }>().setMaxListeners(0)
  readonly #protocol: string
  readonly #stopping = new AbortController()
  readonly #limits = new RequestLimits(TARIFF)
  #own: ReceivedCapability | undefined

  constructor(components: AgentDiscoveryComponents) {
    this.#components = components
    this.#protocol = protocolName(components.deployment, PROTOCOL)
    this.#kind = {
      protocol: CAPABILITIES,
      decode: decodeCapabilityRecord,
      encode: encodeCapabilityRecord,
      hash: (record) => hashCapabilityRecord(components.domain, record),
      topicsOf: ({ area }) => [capabilityTopic(components.deployment, area)],
      quotaKey: () => CAPABILITIES.name,
      // A record is about many domains at once.
      domainOf: () => undefined,
      check: (record) => this.#check(record),
      isKnown: ({ agent, issuedAt }) => (this.#records.get(agent)?.value.issuedAt ?? -1n) >= issuedAt,
      admit: (record) => this.#admit(record),
    }
    this.#gossip = new Gossip(components, this.#kind)
  }

  async start(): Promise<void> {
    await this.#components.node.handle(
      this.#protocol,
      (stream, { remotePeer }) => this.#answer(remotePeer, stream),
      { runOnLimitedConnection: true },
    )
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#components.node.unhandle(this.#protocol)
  }

  /** Listens to the capability records of an area. */
  join(area: string): void {
    this.#gossip.join(capabilityTopic(this.#components.deployment, area))
  }

  /**
   * Signs this agent's record, spreads it, and begins to provide its capabilities in the DHT.
   *
   * @throws RefusedError when others would not carry it; see `Gossip.sign`
   */
  async publish(record: CapabilityRecord): Promise<ReceivedCapability> {
    this.#own = await this.#gossip.sign(record)
    await this.#gossip.publish(this.#own)
    void this.#provide(record.capabilities)
    return this.#own
  }

  /** Records that were heard and have not expired. */
  known(capability?: string): ReceivedCapability[] {
    const now = this.#components.now()
    return [...this.#records.values()].filter(
      ({ value }) =>
        value.expiry >= now && (capability === undefined || value.capabilities.includes(capability)),
    )
  }

  /**
   * Finds agents that claim a capability: those heard of, and those that the DHT names and that prove their claim
   * when asked, for provider records themselves are unsigned.
   */
  async find(capability: string, signal: AbortSignal): Promise<ReceivedCapability[]> {
    let asked = 0
    try {
      const providers = this.#components.node.contentRouting.findProviders(await this.#cid(capability), {
        signal,
      })
      for await (const { id } of providers) {
        if (!id.equals(this.#components.identity.peerId)) await this.#ask(id, signal)
        asked += 1
        if (asked >= MAX_PROVIDERS) break
      }
    } catch (error) {
      // An unfinished walk through the DHT still leaves what was heard by gossip.
      if (!signal.aborted && asked === 0 && this.#records.size === 0) throw error
    }
    return this.known(capability)
  }

  /** Calls `fn` with each new or renewed record. @returns a function that ends it */
  subscribe(fn: (record: ReceivedCapability) => void): () => void {
    this.#events.on('record', fn)
    return () => this.#events.off('record', fn)
  }

  /** A young DHT may have nobody to tell, and telling takes its time: gossip is what works at once. */
  async #provide(capabilities: readonly string[]): Promise<void> {
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(PROVIDE_TIMEOUT)])
    for (const capability of capabilities) {
      const cid = await this.#cid(capability)
      await this.#components.node.contentRouting.provide(cid, { signal }).catch(() => undefined)
    }
  }

  async #ask(peer: PeerId, signal: AbortSignal): Promise<void> {
    const { node, scores, rules } = this.#components
    const options = { onLength: (length: number) => rules.checkSize(length) }
    rules.checkProtocol(PROTOCOL)
    try {
      const stream = await openStream(node, peer, this.#protocol, {
        signal: AbortSignal.any([signal, AbortSignal.timeout(ASK_TIMEOUT)]),
      })
      for await (const bytes of lp.decode(chunksOf(stream), options)) {
        const { body, signature } = decodeSigned(bytes.subarray())
        const verdict = await this.#gossip.receive(verify(this.#kind, body, signature), peer)
        if (verdict === 'reject') scores.penalize(peer.toString(), 'refused')
        break
      }
      await stream.close({ signal })
    } catch {
      // A provider that does not answer is no provider.
    }
  }

  #answer(peer: PeerId, stream: Stream): void {
    const charge = () => this.#limits.take(peer.toString(), 'question')
    if (!admitStream(this.#components, PROTOCOL, { peer, stream }, charge)) return
    if (this.#own !== undefined) {
      const { value, signature } = this.#own
      stream.send(lp.encode.single(encodeSigned(encodeCapabilityRecord(value), signature)))
    }
    stream.close({ signal: AbortSignal.timeout(ASK_TIMEOUT) }).catch((error: Error) => stream.abort(error))
  }

  #check({ expiry, issuedAt }: CapabilityRecord): Verdict {
    const now = this.#components.now()
    // Clocks differ: what is out of bounds here was within them where it came from.
    if (expiry < now || expiry > now + BigInt(MAX_CAPABILITY_LIFE + CLOCK_SKEW)) return 'ignore'
    // A record from the future could never be replaced.
    return issuedAt > now + BigInt(CLOCK_SKEW) ? 'ignore' : 'accept'
  }

  #admit(received: ReceivedCapability): Verdict {
    const { agent, issuedAt } = received.value
    const earlier = this.#records.get(agent)
    if (earlier !== undefined && earlier.value.issuedAt >= issuedAt) return 'ignore'
    this.#records.delete(agent)
    this.#records.set(agent, received)
    if (this.#records.size > MAX_RECORDS) {
      const [oldest] = this.#records.keys()
      if (oldest !== undefined) this.#records.delete(oldest)
    }
    this.#events.emit('record', received)
    return 'accept'
  }

  /** Content id under which a capability of this network is provided. */
  async #cid(capability: string): Promise<CID> {
    const { version } = PROTOCOL
    const name = protocolName(this.#components.deployment, { name: `capability/${capability}`, version })
    return CID.createV1(raw.code, await sha256.digest(new TextEncoder().encode(name)))
  }
}
