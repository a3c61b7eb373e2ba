import type { Hex } from '../../../protocol/types.ts'
import { either } from '../../network/abortable.ts'
import type { AgentDiscovery, AgentQuery, FoundAgent } from '../agent-discovery/index.ts'
import { PRICE } from '../services/constants.ts'
import { cidOf } from './answer.ts'
import { COPY, HOLDERS_TIMEOUT, HOLDS, MAX_HOLDERS, MAX_PROVIDERS, MAX_TRIED, PATIENCE } from './constants.ts'

/** Where an answer may be had. */
export interface Sources {
  /** Agents that answer by themselves, in the order in which they were found. */
  providers: FoundAgent[]
  /** Agents that say they have a copy, the cheapest first. */
  holders: FoundAgent[]
}

/**
 * Looks for those who hold an answer, and for those who would compute it.
 *
 * @param query of one capability
 * @param question SHA-256 of it
 * @throws QueryError; ConfigError and ChainError as `AgentDiscovery.find`; what `signal` was aborted with
 */
export async function findSources(
  agents: Pick<AgentDiscovery, 'find'>,
  query: AgentQuery,
  question: Hex,
  signal: AbortSignal,
): Promise<Sources> {
  const [capability = ''] = query.capabilities
  const holding: AgentQuery = {
    capabilities: [capability + COPY],
    where: [{ attribute: HOLDS, oneOf: [cidOf(question)] }],
    limit: MAX_HOLDERS,
  }
  const [providers, holders] = await Promise.all([
    gather((until) => agents.find({ limit: MAX_PROVIDERS, ...query }, until), signal),
    gather((until) => agents.find(holding, until), signal, HOLDERS_TIMEOUT),
  ])
  const dearness = (agent: FoundAgent) => Number(priceOf(agent, capability + COPY) ?? 0n)
  return { providers, holders: holders.sort((a, b) => dearness(a) - dearness(b)) }
}

/** Somebody to ask, and as what. */
export interface Source {
  agent: FoundAgent
  from: 'holder' | 'provider'
}

/** Whom to ask, in this sequence: for a copy first, unless one who computes the answer announces that it takes less. */
export function cheapestFirst({ providers, holders }: Sources, capability: string): Source[] {
  const announced = providers.flatMap((agent) => priceOf(agent, capability) ?? [])
  const isDear = (agent: FoundAgent) =>
    announced.some((price) => price < (priceOf(agent, capability + COPY) ?? 0n))
  const [dear = [], cheap = []] = [true, false].map((wanted) =>
    holders.filter((each) => isDear(each) === wanted),
  )
  const tried = (agents: readonly FoundAgent[], from: Source['from']) =>
    agents.slice(0, MAX_TRIED).map((agent) => ({ agent, from }))
  return [...tried(cheap, 'holder'), ...tried(providers, 'provider'), ...tried(dear, 'holder')]
}

/** What a search finds, until nobody else comes for a while after the first, or the time is over. */
async function gather(
  find: (signal: AbortSignal) => AsyncIterable<FoundAgent>,
  signal: AbortSignal,
  timeout?: number,
): Promise<FoundAgent[]> {
  const found: FoundAgent[] = []
  const enough = new AbortController()
  const stop = () => enough.abort()
  const timers = timeout === undefined ? [] : [setTimeout(stop, timeout)]
  try {
    for await (const agent of find(either(signal, enough.signal))) {
      if (found.length === 0) timers.push(setTimeout(stop, PATIENCE))
      found.push(agent)
    }
  } catch (error) {
    // That it was long enough is no fault.
    if (signal.aborted || !enough.signal.aborted) throw error
  } finally {
    for (const timer of timers) clearTimeout(timer)
  }
  return found
}

/** What a capability costs as its agent announces it, in minor units; undefined where it does not say. */
export function priceOf({ record }: FoundAgent, capability: string): bigint | undefined {
  const claimed = record.value.capabilities.find(({ name }) => name === capability)
  const price = claimed?.attributes.find(({ name }) => name === PRICE)
  return price?.type === 'range' ? price.min : undefined
}
