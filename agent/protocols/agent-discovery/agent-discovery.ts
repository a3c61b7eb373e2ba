import type { PeerId } from '@libp2p/interface'
import { EventEmitter } from 'eventemitter3'
import { checkCapabilities } from '../../../protocol/capability.ts'
import type { NetworkId } from '../../../protocol/deployment.ts'
import { type Domain, hashCapabilityRecord } from '../../../protocol/eip712.ts'
import { RefusedError } from '../../../protocol/errors.ts'
import { MAX_ANSWERS } from '../../../protocol/limits.ts'
import type { Address, CapabilityRecord, Hex } from '../../../protocol/types.ts'
import { type AgentAnswer, encodeFoundAgent, type StandingClaim } from '../../../protocol/wire/agent-query.ts'
import { decodeCapabilityRecord, encodeCapabilityRecord } from '../../../protocol/wire/bodies.ts'
import { type AreaAsk, MAX_OFFERED } from '../../../protocol/wire/catch-up.ts'
import { encodeSigned } from '../../../protocol/wire/gossip.ts'
import type { Snapshots } from '../../chain/snapshots.ts'
import { either } from '../../network/abortable.ts'
import { concerning } from '../../network/areas.ts'
import { CAPABILITIES, capabilityTopic, domainOf, presenceTopic } from '../../network/names.ts'
import { RoundTrips } from '../../network/round-trips.ts'
import { isReputable } from '../../query/match.ts'
import { parseQuery } from '../../query/parse.ts'
import type { Query } from '../../query/query.ts'
import type { Cache, CatchUp } from '../catch-up.ts'
import {
  Gossip,
  type GossipComponents,
  type GossipKind,
  type Received,
  type Verdict,
  verify,
} from '../gossip-topic.ts'
import { Interests } from '../interests.ts'
import type { AgentQuery } from './agent-query.ts'
import { challenge, type Lie, type Outcome, type Probe } from './canary.ts'
import { checkRecord } from './check-record.ts'
import { CLAIM_TIMEOUT, MAX_HINTS, MAX_RECORDS, MAX_SIFTED, PROVIDE_TIMEOUT } from './constants.ts'
import { cidOf, providedNames, routesOf } from './groups.ts'
import { inOrder } from './in-order.ts'
import { misnamed } from './misnamed.ts'
import { QueryProtocol } from './query-protocol.ts'
import { type ReceivedCapability, RecordBook } from './record-book.ts'
import { Registered } from './registered.ts'
import { AgentSearch, type FoundAgent, type Told } from './search.ts'

export interface AgentDiscoveryComponents extends GossipComponents {
  deployment: NetworkId
  domain: Domain
  catchUp: CatchUp
  /** H3 cell of this agent; '' for everywhere. */
  area: string
  /** The chain, by which reputation and stake are known; without one they are not. */
  snapshots?: Snapshots | undefined
  /** Unix seconds. */
  now: () => bigint
  /** Numbers from 0 to 1, drawn by lot. */
  draw: () => number
  /** Hears of agents that failed a challenge. */
  onLie: (lie: Lie) => void
}

/** Spreads capability records by gossip in interest groups, keeps what was heard, and finds agents by queries. */
export class AgentDiscovery {
  readonly #components: AgentDiscoveryComponents
  readonly #kind: GossipKind<CapabilityRecord>
  readonly #gossip: Gossip<CapabilityRecord>
  readonly #book: RecordBook
  readonly #queries: QueryProtocol
  readonly #search: AgentSearch
  readonly #events = new EventEmitter<{ record: [ReceivedCapability] }>()
  readonly #interests: Interests
  /** Names of which it was said once that nobody has them. */
  readonly #misnamed = new Set<unknown>()
  readonly #stopping = new AbortController()

  constructor(components: AgentDiscoveryComponents) {
    const { deployment, domain, identity, node, now } = components
    this.#components = components
    this.#book = new RecordBook(identity.address, now)
    this.#kind = {
      protocol: CAPABILITIES,
      decode: decodeCapabilityRecord,
      encode: encodeCapabilityRecord,
      hash: (record) => hashCapabilityRecord(domain, record),
      routesOf: (record) => routesOf(deployment, record),
      quotaKey: () => CAPABILITIES.name,
      // A record is about many domains at once.
      domainOf: () => undefined,
      check: (record) => checkRecord(record, now()),
      isKnown: (record, topic) => this.#book.knows(record, topic),
      admit: (received, topic) => this.#admit(received, topic),
    }
    this.#gossip = new Gossip(components, this.#kind)
    const roundTrips = new RoundTrips(node)
    this.#queries = new QueryProtocol({ ...components, roundTrips }, (query) => this.#answer(query))
    this.#search = new AgentSearch({
      ...components,
      roundTrips,
      registered: new Registered(components),
      book: this.#book,
      queries: this.#queries,
      receive: (answer, peer) => this.#receive(answer, peer),
    })
    components.catchUp.about('records', (ask) => this.#cache(ask))
    this.#interests = new Interests({
      ...components,
      type: 'records',
      topicOf: (name, cell) => capabilityTopic(deployment, name, cell),
      listen: (topic) => this.#gossip.join(topic),
    })
  }

  async start(): Promise<void> {
    await this.#queries.start()
    this.#interests.start()
  }

  /** Shows that this agent takes part in gossip, also to those that share none of its interests. */
  attend(): void {
    this.#gossip.join(presenceTopic(this.#components.deployment))
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#interests.stop()
    await this.#queries.stop()
  }

  /**
   * Joins the interest groups of a domain (`energy`) within a radius of an area: hears, keeps and passes on the records of
   * agents that are in them.
   *
   * @param area H3 cell, or '' for everywhere
   * @param radius kilometres; see `cellsAround`
   */
  join(domain: string, area: string, radius?: number): void {
    this.#interests.join(domain, area, radius)
  }

  /**
   * Signs this agent's record, spreads it in the groups of its domains, and begins to provide it in the DHT.
   *
   * @throws WireError when a capability is out of its bounds; RefusedError when others would not carry the record; see
   *   `Gossip.sign`
   */
  async publish(record: CapabilityRecord): Promise<ReceivedCapability> {
    checkCapabilities(record.capabilities, 'capabilities')
    const own = await this.#gossip.sign(record)
    this.#book.add(own)
    await this.#gossip.publish(own)
    void this.#provide(record)
    return own
  }

  /**
   * Finds agents, each as soon as it is found; see `AgentSearch.find`.
   *
   * @throws QueryError; ConfigError `CHAIN_REQUIRED`; ChainError `STANDING_UNREADABLE`; whatever `signal` was aborted with
   */
  find(query: AgentQuery | string, signal?: AbortSignal): AsyncGenerator<FoundAgent> {
    const parts: AgentQuery = typeof query === 'string' ? parseQuery(query) : query
    return this.#hinted(parts.capabilities, this.#search.find({ where: [], ...parts }, this.#until(signal)))
  }

  /** What is found; where that is nobody, and most likely a name is wrong, this is reported, once for each name. */
  async *#hinted(asked: readonly string[], found: AsyncGenerator<FoundAgent>): AsyncGenerator<FoundAgent> {
    let isFound = false
    for await (const agent of found) {
      isFound = true
      yield agent
    }
    if (isFound || this.#misnamed.size >= MAX_HINTS) return
    const hint = misnamed(asked, this.#book.names())
    if (hint === undefined || this.#misnamed.has(hint.received)) return
    this.#misnamed.add(hint.received)
    this.#components.report(hint)
  }

  /**
   * As `find`, all of them: the nearest first where a distance is asked for, else those of the best reputation, in steps of
   * a tenth; by lot among those that are as good, so that not everybody uses the same one.
   */
  async discover(query: AgentQuery | string, signal?: AbortSignal): Promise<FoundAgent[]> {
    const asked = typeof query === 'string' ? parseQuery(query) : query
    const found: FoundAgent[] = []
    for await (const agent of this.find(asked, signal)) found.push(agent)
    const { node, draw } = this.#components
    const isAway = (agent: Address) => node.services.absences.has(agent)
    return inOrder(found, { isNearestFirst: asked.within !== undefined, isAway, draw })
  }

  /**
   * Challenges a record with a canary task. An agent that fails is not believed for a day: what it claims is forgotten, and
   * told to nobody any more; see `onLie` for what it costs.
   *
   * @param signal ends the test, and rejects with its reason
   */
  async challenge(record: ReceivedCapability, probe: Probe, signal?: AbortSignal): Promise<Outcome> {
    const outcome = await challenge(record, probe, this.#until(signal))
    if (outcome === 'failed') {
      this.#book.distrust(record.value.agent)
      this.#components.onLie({ record, at: this.#components.now() })
    }
    return outcome
  }

  /** Others that are known to have a capability, without asking anybody; at most as many as one answer names. */
  capable(capability: string): Address[] {
    const { identity } = this.#components
    return this.#book
      .find({ capabilities: [capability], where: [] }, MAX_ANSWERS, 0)
      .map(({ value }) => value.agent)
      .filter((agent) => agent !== identity.address)
  }

  /** The newest record of an agent, without asking anybody; undefined where none is known that holds. */
  recordOf(agent: Address): ReceivedCapability | undefined {
    return this.#book.get(agent)
  }

  /** The newest records of all agents, its own too, without asking anybody. */
  records(): ReceivedCapability[] {
    return this.#book.newest(() => true, MAX_RECORDS)
  }

  /** Calls `fn` with each new or renewed record. @returns a function that ends it */
  subscribe(fn: (record: ReceivedCapability) => void): () => void {
    this.#events.on('record', fn)
    return () => this.#events.off('record', fn)
  }

  #until(signal: AbortSignal | undefined): AbortSignal {
    return either(this.#stopping.signal, signal)
  }

  /** What a neighbour is asked for, or asks for, of a domain: records travel once in half an hour, so newcomers miss them. */
  #cache({ domain, cells }: AreaAsk): Cache {
    const isNear = concerning(cells)
    let known: ReadonlySet<Hex> | undefined
    const isOf = ({ value: { capabilities, area } }: ReceivedCapability) =>
      capabilities.some(({ name }) => domainOf(name) === domain) && isNear(area)
    return {
      open: () => this.#book.newest(isOf, MAX_OFFERED).map((record) => this.#gossip.said(record)),
      wants: (hash) => {
        known ??= this.#book.hashes()
        return !known.has(hash)
      },
      receive: (message, from) =>
        this.#gossip.receiveMissed(message, from, this.#interests.isCaughtUp(domain)),
    }
  }

  /** A young DHT may have nobody to tell, and telling takes its time: gossip is what works at once. */
  async #provide(record: CapabilityRecord): Promise<void> {
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(PROVIDE_TIMEOUT)])
    for (const name of providedNames(this.#components.deployment, record)) {
      const cid = await cidOf(name)
      await this.#components.node.contentRouting.provide(cid, { signal }).catch(() => undefined)
    }
  }

  /** What this agent knows that a peer asks for, with what the chain said of it, where that is known in time. */
  async #answer(query: Query): Promise<Uint8Array[]> {
    const { area, draw } = this.#components
    const most = query.limit ?? MAX_ANSWERS
    const isSifted = query.minReputation !== undefined || query.minStake !== undefined
    const around = query.within === undefined ? query : { ...query, within: { of: area, ...query.within } }
    if (around.within?.of === '') return []
    const { absences } = this.#components.node.services
    const find = (isWanted: (agent: Address) => boolean) =>
      this.#book.find(around, isSifted ? MAX_SIFTED : most, draw(), isWanted)
    // Who could not be reached may be back, or others may reach it: better than nobody.
    const known = [...find((agent) => !absences.has(agent)), ...find((agent) => absences.has(agent))]
    const told = known.slice(0, isSifted ? MAX_SIFTED : most)
    const claims = await this.#claims(told)
    return told
      .filter(({ value }) => claims === undefined || isReputable(query, claims.get(value.agent)))
      .slice(0, most)
      .map(({ value, signature }) =>
        encodeFoundAgent(encodeSigned(encodeCapabilityRecord(value), signature), claims?.get(value.agent)),
      )
  }

  async #claims(records: readonly ReceivedCapability[]): Promise<Map<string, StandingClaim> | undefined> {
    const { snapshots, report } = this.#components
    if (snapshots === undefined) return undefined
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(CLAIM_TIMEOUT)])
    const agents = records.map(({ value }) => value.agent)
    try {
      const standings = await snapshots.recent(agents, signal)
      return new Map(
        [...standings].map(
          ([
            agent,
            {
              standing: { agentId, freeStake, score },
              block,
            },
          ]) => [agent, { agentId, freeStake, score, block }],
        ),
      )
    } catch (error) {
      if (!this.#stopping.signal.aborted) report(error)
      return undefined
    }
  }

  /**
   * Takes in a record that a peer told.
   *
   * @returns it, and the newest of its agent, undefined when that is not believed, or not carried in this network
   * @throws MeshError for what the peer is to blame for
   */
  async #receive(answer: AgentAnswer, peer: PeerId): Promise<Told> {
    const told = this.#known(answer) ?? verify(this.#kind, answer.body, answer.signature)
    try {
      const verdict = await this.#gossip.receive(told, peer)
      return { told, verdict, newest: this.#book.get(told.value.agent) }
    } catch (error) {
      // Whoever told it may know less of its agent than we do.
      if (error instanceof RefusedError) return { told, verdict: 'ignore', newest: undefined }
      throw error
    }
  }

  /** A record that is known to the byte was verified when it came, as most are of those that peers answer with. */
  #known({ body, signature }: AgentAnswer): ReceivedCapability | undefined {
    const known = this.#book.get(decodeCapabilityRecord(body).agent)
    if (known?.signature !== signature) return undefined
    const bytes = encodeCapabilityRecord(known.value)
    const isSame = bytes.length === body.length && bytes.every((byte, index) => byte === body[index])
    return isSame ? known : undefined
  }

  #admit(received: Received<CapabilityRecord>, topic?: string): Verdict {
    const added = this.#book.add(received, topic)
    if (added === 'stale') return 'ignore'
    if (added === 'new') {
      const { agent, issuedAt } = received.value
      this.#components.node.services.absences.heard(agent, issuedAt)
      this.#events.emit('record', received)
    }
    return 'accept'
  }
}
