import type { PeerId } from '@libp2p/interface'
import { ConfigError, MeshError, QueryError, RefusedError } from '../../../protocol/errors.ts'
import type { Standing } from '../../../protocol/network-parameters.ts'
import type { Address } from '../../../protocol/types.ts'
import type { AgentAnswer, StandingClaim } from '../../../protocol/wire/agent-query.ts'
import type { Snapshots, StandingAt } from '../../chain/snapshots.ts'
import { centerOf, distanceBetween } from '../../query/geography.ts'
import { isReputable, matches } from '../../query/match.ts'
import { checkQuery, type Query } from '../../query/query.ts'
import type { Verdict } from '../gossip-topic.ts'
import { type CandidatesComponents, candidateGroups } from './candidates.ts'
import {
  CHAIN_TIMEOUT,
  DEFAULT_LIMIT,
  MAX_CLAIM_AGE,
  MAX_SIFTED,
  PATIENCE,
  SEARCH_TIMEOUT,
} from './constants.ts'
import { Results } from './in-parallel.ts'
import type { Askable, QueryProtocol } from './query-protocol.ts'
import type { ReceivedCapability } from './record-book.ts'

/** An agent that fulfils a query. */
export interface FoundAgent {
  /** Its signed record, verified. */
  readonly record: ReceivedCapability
  /** Kilometres from the cell that the query is about, or from this agent's; undefined when either says none. */
  readonly distance: number | undefined
  /** What this agent's own chain says of it, at a block; undefined without a chain, or when it did not answer. */
  readonly standing: Standing | undefined
  readonly block: bigint | undefined
}

/** A record that a peer told. */
export interface Told {
  /** As it was told, verified. */
  readonly told: ReceivedCapability
  readonly verdict: Verdict
  /** The newest of its agent, undefined when that is not believed. */
  readonly newest: ReceivedCapability | undefined
}

export interface AgentSearchComponents extends CandidatesComponents {
  snapshots?: Snapshots | undefined
  queries: QueryProtocol
  /** Takes in a record that a peer told; throws what the peer is to blame for. */
  receive(answer: AgentAnswer, peer: PeerId): Promise<Told>
  report: (error: unknown) => void
}

/** A query with nothing left open. */
type FullQuery = Query & { limit: number }

/** Finds agents in what this one knows, and by asking peers. */
export class AgentSearch {
  readonly #components: AgentSearchComponents

  constructor(components: AgentSearchComponents) {
    this.#components = components
  }

  /**
   * Finds agents, those that this one knows first, then those that the best peers of the best interest groups know, then
   * those that providers in the DHT do; until there are as many as the query wants, nobody is left to be asked, or ten
   * seconds are over; at the end those that could not be reached of late. Each agent comes once.
   *
   * @throws QueryError; ConfigError `CHAIN_REQUIRED` when reputation or stake is asked for and there is no chain;
   *   ChainError `STANDING_UNREADABLE` when it does not answer; whatever `signal` was aborted with
   */
  async *find(asked: Query, signal: AbortSignal): AsyncGenerator<FoundAgent> {
    signal.throwIfAborted()
    const query = this.#complete(asked)
    const { book, draw, identity, node } = this.#components
    const { absences } = node.services
    const ending = new AbortController()
    const within = AbortSignal.any([signal, ending.signal, AbortSignal.timeout(SEARCH_TIMEOUT)])
    const seen = new Set<Address>([identity.address])
    let left = query.limit
    try {
      const find = (isWanted: (agent: Address) => boolean) =>
        book.find(query, isSifted(query) ? MAX_SIFTED : left + 1, draw(), isWanted)
      const isAway = (agent: Address) => absences.has(agent)
      const known = find((agent) => !isAway(agent))
      for await (const records of this.#batches(query, known, within)) {
        const present = records.filter(({ value }) => !isAway(value.agent))
        for (const agent of await this.#sift(query, present, seen, signal)) {
          yield agent
          left -= 1
          if (left === 0) return
        }
        if (within.aborted) break
      }
      signal.throwIfAborted()
      for (const agent of await this.#sift(query, find(isAway), seen, signal)) {
        yield agent
        left -= 1
        if (left === 0) return
      }
    } finally {
      ending.abort()
    }
  }

  /** What is known, and then what each peer tells. */
  async *#batches(
    query: FullQuery,
    known: ReceivedCapability[],
    signal: AbortSignal,
  ): AsyncGenerator<ReceivedCapability[]> {
    yield known
    const answers = new Results<ReceivedCapability[]>()
    for await (const group of candidateGroups(this.#components, query, signal)) {
      answers.add(group.map((askable) => this.#ask(askable, query, signal)))
      yield* answers.come(PATIENCE)
      if (signal.aborted) return
    }
    yield* answers.come()
  }

  #complete(query: Query): FullQuery {
    const { area, snapshots } = this.#components
    checkQuery(query)
    if (snapshots === undefined && isSifted(query)) {
      throw new ConfigError('CHAIN_REQUIRED', 'Reputation and stake are known by the chain alone.', {
        field: query.minReputation === undefined ? 'query.minStake' : 'query.minReputation',
        expected: 'a connection to the chain',
        remedy: 'Connect with a descriptor that has an RPC URL, or ask without it.',
      })
    }
    const { limit = DEFAULT_LIMIT, within } = query
    if (within === undefined) return { ...query, limit }
    const of = within.of ?? area
    if (of === '') {
      throw new QueryError('QUERY_INVALID', 'A distance needs a place.', {
        field: 'query.within.of',
        expected: 'an H3 cell, for this agent says no area of its own',
        remedy:
          'Give `area` to `new MeshNetwork`, or a cell in the query: `within 50 km of 871f8d099ffffff`.',
      })
    }
    return { ...query, limit, within: { ...within, of } }
  }

  /**
   * What a peer tells, as far as it is as it should be; what is not is held against the peer. It is asked for more agents
   * than a modest query wants: of the few that one knew, all later queries would be answered.
   *
   * @param query with a limit, and with the cell that its circle is around
   */
  async #ask(askable: Askable, query: FullQuery, signal: AbortSignal): Promise<ReceivedCapability[]> {
    const { queries, report } = this.#components
    const found: ReceivedCapability[] = []
    const claims = new Map<Address, StandingClaim>()
    try {
      const take = async (answer: AgentAnswer) => {
        const newest = await this.#take(query, answer, askable.peer)
        if (newest === undefined) return
        found.push(newest)
        if (answer.standing !== undefined) claims.set(newest.value.agent, answer.standing)
      }
      await queries.ask(askable, { ...query, limit: Math.max(query.limit, DEFAULT_LIMIT) }, take, signal)
      await this.#checkClaims(askable, claims, signal)
    } catch (error) {
      // Only what is wrong is worth a word, not that a peer is gone.
      if (error instanceof MeshError && !signal.aborted) report(error)
    }
    return found
  }

  async #take(query: FullQuery, answer: AgentAnswer, peer: PeerId): Promise<ReceivedCapability | undefined> {
    const { told, verdict, newest } = await this.#components.receive(answer, peer)
    if (verdict === 'reject' || !matches(query, told.value)) {
      throw new RefusedError(
        'ANSWER_WRONG',
        'A peer answers a query with an agent that does not fulfil it.',
        {
          field: `record of ${told.value.agent}`,
          expected: 'what was asked for',
          received: verdict === 'reject' ? 'a record that is out of its bounds' : 'another record',
          remedy: 'Nothing is to be done: the answer is not used, and held against the peer.',
        },
      )
    }
    return newest !== undefined && matches(query, newest.value) ? newest : undefined
  }

  /** Asks the own chain about what a peer says of it, where that is not what it says now. One lie is enough. */
  async #checkClaims(
    { peer }: Askable,
    claims: ReadonlyMap<Address, StandingClaim>,
    signal: AbortSignal,
  ): Promise<void> {
    const { snapshots, scores, node, report } = this.#components
    if (snapshots === undefined || claims.size === 0) return
    const reading = AbortSignal.any([signal, AbortSignal.timeout(CHAIN_TIMEOUT)])
    const now = await snapshots.recent([...claims.keys()], reading)
    for (const [agent, claim] of claims) {
      const own = now.get(agent)
      if (own === undefined || isSame(claim, own.standing)) continue
      // What is ahead of this chain, or long past, cannot be checked.
      if (claim.block > own.block || claim.block < own.block - MAX_CLAIM_AGE) continue
      const then = (await snapshots.read([agent], reading, claim.block)).get(agent)
      if (then === undefined || isSame(claim, then.standing)) return
      report(falseClaim(agent, claim, then.standing))
      if (scores.penalize(peer.toString(), 'lied')) await node.hangUp(peer)
      return
    }
  }

  /** Those that are news, and of which the chain says what is asked for. */
  async #sift(
    query: FullQuery,
    records: readonly ReceivedCapability[],
    seen: Set<Address>,
    signal: AbortSignal,
  ): Promise<FoundAgent[]> {
    const news = records.filter(({ value }) => !seen.has(value.agent))
    for (const { value } of news) seen.add(value.agent)
    const standings = await this.#standingsOf(query, news, signal)
    const center = centerOf(query.within?.of ?? this.#components.area)
    return news.flatMap((record) => {
      const { standing, block } = standings.get(record.value.agent) ?? {}
      if (standing?.isBanned || !isReputable(query, standing)) return []
      return [{ record, distance: distanceBetween(center, centerOf(record.value.area)), standing, block }]
    })
  }

  async #standingsOf(
    query: FullQuery,
    records: readonly ReceivedCapability[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<Address, StandingAt>> {
    const { snapshots, report } = this.#components
    if (snapshots === undefined) return new Map()
    const agents = records.map(({ value }) => value.agent)
    const reading = AbortSignal.any([signal, AbortSignal.timeout(CHAIN_TIMEOUT)])
    if (isSifted(query)) return snapshots.read(agents, reading)
    return snapshots.recent(agents, reading).catch((error: unknown) => {
      if (!signal.aborted) report(error)
      return new Map()
    })
  }
}

/** Whether the chain has to be asked who is among those that are wanted. */
function isSifted({ minReputation, minStake }: Query): boolean {
  return minReputation !== undefined || minStake !== undefined
}

function isSame(claim: StandingClaim, { agentId, freeStake, score }: Standing): boolean {
  return claim.agentId === agentId && claim.freeStake === freeStake && claim.score === score
}

function falseClaim(agent: Address, claim: StandingClaim, standing: Standing): RefusedError {
  const show = ({ agentId, freeStake, score }: Pick<Standing, 'agentId' | 'freeStake' | 'score'>) =>
    `agent ${agentId}, free stake ${freeStake}, score ${score}`
  return new RefusedError('CLAIM_FALSE', 'A peer says of the chain what is not so.', {
    field: `standing of ${agent} at block ${claim.block}`,
    expected: show(standing),
    received: show(claim),
    remedy: 'Nothing is to be done: the chain is believed, and it is held against the peer.',
  })
}
