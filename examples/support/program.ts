/** What the examples have in common: their agents join one market, and leave it together. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  type FoundAgent,
  joinMarket,
  type MarketStanding,
  type MeshNetwork,
  type MeshNetworkInit,
  type NetworkDescriptor,
  readNetwork,
  runAgent,
} from '@mesh/sdk'

/** A running market, for the agents of one program. */
export interface Market {
  readonly network: NetworkDescriptor
  /** Aborted when the program is to end, as by Ctrl-C. */
  readonly signal: AbortSignal
  /**
   * An agent which leaves with the program, as `joinMarket` makes it. Its key is its own, and ends with the program unless a
   * `directory` is given; see `homeOf`.
   */
  join(name: string, init?: Partial<MeshNetworkInit>, standing?: MarketStanding): Promise<MeshNetwork>
}

/** What can be told to end. */
export type Running = Pick<Market, 'signal'>

/** How long agents may take to hear of one another, in milliseconds. */
const PATIENCE = 60_000
/** Longest delay that a timer takes, in milliseconds: 24 days. */
const LONGEST = 2 ** 31 - 1

/**
 * Runs a program against the market at `MESH_API`, by default that of `npm start` on this machine. When it is done, fails or
 * is told to end, as by Ctrl-C, its agents leave the mesh, so that what they have open is settled; see `runAgent`.
 */
export async function runInMarket(run: (market: Market) => Promise<void>): Promise<void> {
  const api = process.env.MESH_API ?? 'http://127.0.0.1:8787'
  await runAgent(async (signal) => {
    const network = await readNetwork(api, { signal })
    console.log(`market at ${api}; all agents of this example run in this process, each with its own key`)
    const agents: MeshNetwork[] = []
    const join: Market['join'] = async (name, init, standing) => {
      const agent = await joinMarket({ network, directory: false, ...init }, standing, { signal })
      agents.push(agent)
      console.log(`${name} joined as ${agent.address}`)
      return agent
    }
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
    try {
      await Promise.race([aborted, run({ network, signal, join })])
    } finally {
      await Promise.all(agents.map((agent) => agent.disconnect()))
    }
  })
}

/** Folder of an agent whose key, and what it is owed, outlast the program: below `MESH_HOME`, by default `~/.mesh-agent`. */
export function homeOf(agent: string): string {
  return join(process.env.MESH_HOME ?? join(homedir(), '.mesh-agent'), agent)
}

/** Waits until the program is told to end, as by Ctrl-C: for agents that serve whoever comes. */
export async function untilTold({ signal }: Running): Promise<void> {
  for (;;) await delay(LONGEST, undefined, { signal })
}

/**
 * Asks until there is an answer: agents hear of one another within seconds, not at once.
 *
 * @param what the end of the sentence "nobody ...", for who waits in vain for a minute
 */
export async function eventually<T>(
  { signal }: Running,
  what: string,
  ask: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  for (const latest = performance.now() + PATIENCE; performance.now() < latest; ) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await delay(200, undefined, { signal })
  }
  throw new Error(`Nobody ${what} in a minute. Look at what the market prints; then try again.`)
}

/** Searches until it has found agents by a query, such as what they do: the records of these, in their order. */
export function findAll(
  running: Running,
  from: MeshNetwork,
  query: string,
  agents: readonly MeshNetwork[],
): Promise<FoundAgent[]> {
  return eventually(running, `is found by: ${query}`, async () => {
    const found = await from.discoverAgents(query, { signal: running.signal })
    const known = agents.flatMap(
      ({ address }) => found.find(({ record }) => record.value.agent === address) ?? [],
    )
    return known.length === agents.length ? known : undefined
  })
}

/** Of what is asked, what is answered: who cannot be reached, or has no answer, is passed over. */
export async function answered<T>(asked: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(asked)
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
}
