import { getAddress, hexToBytes, sha256 } from 'viem'
import type { Domain } from '../../../protocol/eip712.ts'
import { MeshError, QueryError, RefusedError } from '../../../protocol/errors.ts'
import type { Address, Hex } from '../../../protocol/types.ts'
import type { MeshNode } from '../../network/node.ts'
import { misbehaviourOf, type PeerScores } from '../../network/peer-scores.ts'
import { parseQuery } from '../../query/parse.ts'
import { printQuery } from '../../query/print.ts'
import { checkQuery, type Query } from '../../query/query.ts'
import type { AgentDiscovery, AgentQuery, FoundAgent } from '../agent-discovery/index.ts'
import { type RequestOptions, type Services, serviceAt } from '../services/index.ts'
import { openKnowledge, type SignedKnowledge } from './answer.ts'
import { checkCopy, checkFit } from './check.ts'
import { COPY } from './constants.ts'
import { type ContentOf, withContent } from './content.ts'
import type { Copies } from './copies.ts'
import { cheapestFirst, findSources, priceOf } from './sources.ts'

export interface AskKnowledgeOptions
  extends Pick<RequestOptions, 'maxPrice' | 'requests' | 'timeout' | 'signal'> {
  /** Agents whose answers are believed besides those that the query finds, be they in the mesh or not. */
  by?: Address[]
  /**
   * Whether the answer is offered to others, where its licence allows that; true by default. Whoever looks for the same
   * question then sees that this agent has asked it.
   */
  passOn?: boolean
  /** Gives documents by their SHA-256: with it each citation is checked, and an answer that is had elsewhere is fetched. */
  contentOf?: ContentOf
}

/** An answer, and what it took to have it. */
export interface AcquiredKnowledge extends SignedKnowledge {
  /** Who handed it over: this agent's memory, a holder of a copy, or who computed it. */
  readonly from: 'memory' | 'holder' | 'provider'
  /** Address of who handed it over. */
  readonly source: Address
  /** Minor units that this answer cost. */
  readonly paid: bigint
  /** Bytes that came over the network for it. */
  readonly bytes: number
}

export interface KnowledgeAskerComponents {
  domain: Domain
  services: Pick<Services, 'price' | 'request'>
  agents: Pick<AgentDiscovery, 'find'>
  copies: Copies
  scores: PeerScores
  node: Pick<MeshNode, 'hangUp'>
  /** This agent. */
  address: Address
  /** Unix seconds. */
  now: () => bigint
  report: (error: unknown) => void
}

/** What is asked, of whom. */
interface Wish {
  query: Query
  /** The query in its one form. */
  text: string
  capability: string
  body: Uint8Array
  /** SHA-256 of it. */
  question: Hex
  options: AskKnowledgeOptions
  signal: AbortSignal
}

/** The side that asks: first its own memory, then those who hold a copy, and last those who would compute the answer. */
export class KnowledgeAsker {
  readonly #components: KnowledgeAskerComponents

  constructor(components: KnowledgeAskerComponents) {
    this.#components = components
  }

  /**
   * Has a question answered, as cheaply as it can be.
   *
   * @throws QueryError when the query is no query for one capability; RefusedError `AGENT_MISSING` when nobody is found; what the
   *   last that was asked refused by, or gave that cannot be used; whatever `signal` was aborted with
   */
  async ask(
    query: AgentQuery | string,
    body: Uint8Array,
    options: AskKnowledgeOptions,
    signal: AbortSignal,
  ): Promise<AcquiredKnowledge> {
    const wish: Wish = { ...wishOf(query), body, question: sha256(body), options, signal }
    const known = await this.#remembered(wish)
    if (known !== undefined) return known
    const { agents } = this.#components
    const sources = await findSources(agents, wish.query, wish.question, signal)
    const isFound = trusting(sources.providers)
    let fault: unknown
    for (const { agent, from } of cheapestFirst(sources, wish.capability)) {
      try {
        return await this.#askOf(wish, agent, from, isFound)
      } catch (error) {
        signal.throwIfAborted()
        fault = error
      }
    }
    throw fault ?? missing(wish.text)
  }

  async #remembered(wish: Wish): Promise<AcquiredKnowledge | undefined> {
    const { capability, question, text, options, signal } = wish
    const { by, contentOf } = options
    const { copies, address, report } = this.#components
    const held = copies.get(capability, question)
    if (held === undefined) return undefined
    const isBelieved = by === undefined ? held.query === text : trusting([], by)(held.answer.value.agent)
    if (!isBelieved) return undefined
    try {
      const answer = await checked(held.answer, contentOf)
      return acquired(answer, { from: 'memory', source: address, paid: 0n, bytes: 0 })
    } catch (error) {
      signal.throwIfAborted()
      report(error)
      return undefined
    }
  }

  async #askOf(
    wish: Wish,
    agent: FoundAgent,
    from: 'holder' | 'provider',
    isFound: (agent: Address) => boolean,
  ): Promise<AcquiredKnowledge> {
    const { services, domain, copies, now } = this.#components
    const { capability, question, body, text, options, signal } = wish
    const { by, passOn: isPassedOn = true, contentOf, maxPrice = 0n, ...requesting } = options
    const isNamed = trusting([], by)
    const isTrusted = (who: Address) => isFound(who) || isNamed(who)
    const at = serviceAt(agent, from === 'holder' ? capability + COPY : capability)
    const price = await services.price(at)
    const askedAt = now()
    const asking = from === 'holder' ? hexToBytes(question) : body
    // What it says that it costs is the most that is paid; of a holder also what it announced, by which it was chosen.
    const announced = from === 'holder' ? (priceOf(agent, capability + COPY) ?? 0n) : maxPrice
    const most = [price, announced, maxPrice].reduce((least, each) => (each < least ? each : least))
    const message = (await services.request(at, asking, { ...requesting, maxPrice: most, signal })).body
    const opened = this.#judged(agent, () => {
      const answer = openKnowledge(domain, message)
      checkFit(answer, { capability, question, isTrusted, askedAt, now: now() })
      if (from === 'holder') checkCopy(answer, price, now())
      return answer
    })
    const answer = await checked(opened, contentOf)
    // Kept as it came: a body that is had elsewhere may be longer than a message. One whom the query did not find is
    // believed where its owner names it, and not when the query is asked again without.
    const query = isFound(opened.value.agent) ? text : undefined
    copies.add({ answer: opened, paid: price, query, isPassedOn })
    return acquired(answer, { from, source: at.agent, paid: price, bytes: message.length })
  }

  /** What was handed over; what is wrong with it is told, and held against the peer that did. */
  #judged(agent: FoundAgent, open: () => SignedKnowledge): SignedKnowledge {
    try {
      return open()
    } catch (error) {
      const { scores, node, report } = this.#components
      const { peerId } = agent.record
      report(error)
      if (error instanceof MeshError) {
        // Who is believed here, it cannot know; and clocks differ.
        const isRefused = ['AGENT_UNTRUSTED', 'ANSWER_EXPIRED'].includes(error.code)
        const misdeed = isRefused ? 'refused' : error instanceof RefusedError ? 'lied' : misbehaviourOf(error)
        if (scores.penalize(peerId.toString(), misdeed)) node.hangUp(peerId).catch(report)
      }
      throw error
    }
  }
}

/** An answer, held against its documents where there is somebody to have them of. */
async function checked(answer: SignedKnowledge, contentOf: ContentOf | undefined): Promise<SignedKnowledge> {
  return contentOf === undefined ? answer : withContent(answer, contentOf)
}

/** @throws QueryError */
function wishOf(asked: AgentQuery | string): Pick<Wish, 'query' | 'text' | 'capability'> {
  const parts: AgentQuery = typeof asked === 'string' ? parseQuery(asked) : asked
  const query: Query = { where: [], ...parts }
  checkQuery(query)
  const [capability = '', ...others] = query.capabilities
  if (others.length === 0) return { query, capability, text: printQuery(query) }
  throw new QueryError('QUERY_INVALID', 'A question is for one capability.', {
    field: 'query.capabilities',
    expected: 'one',
    received: query.capabilities.join(', '),
    remedy: 'Ask each of them by itself.',
  })
}

function trusting(
  providers: readonly FoundAgent[],
  by: readonly Address[] = [],
): (agent: Address) => boolean {
  const trusted = new Set([
    ...providers.map(({ record }) => record.value.agent),
    ...by.map((agent) => getAddress(agent)),
  ])
  return (agent) => trusted.has(agent)
}

function acquired(
  answer: SignedKnowledge,
  how: Pick<AcquiredKnowledge, 'from' | 'source' | 'paid' | 'bytes'>,
): AcquiredKnowledge {
  const { value, signature, cid, body } = answer
  return {
    ...{ value, signature, cid, body, ...how },
    get text() {
      return answer.text
    },
  }
}

function missing(query: string): RefusedError {
  return new RefusedError('AGENT_MISSING', 'Nobody is found who answers, or has a copy.', {
    field: 'query',
    expected: 'one that an agent in the mesh fulfils',
    received: query,
    remedy: 'Ask again in a moment: agents hear of one another within seconds. Or ask for less in the query.',
  })
}
