/** What the examples with several agents have in common: they join one market, and leave it together. */
import { setTimeout as delay } from 'node:timers/promises'
import {
  type FoundAgent,
  formatMoney,
  MeshNetwork,
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
   * An agent with a key of its own, which ends with the program; it can trade. Stake and balance are in minor units of the
   * test dollar, and both are 0n unless they are given.
   */
  join(
    name: string,
    init?: Partial<MeshNetworkInit>,
    standing?: { stake?: bigint; balance?: bigint },
  ): Promise<MeshNetwork>
}

/** Gas money for a program's lifetime, in wei: one unit of a development chain's own money. */
const GAS = 10n ** 18n
/** How long agents may take to hear of one another, in milliseconds. */
const PATIENCE = 60_000

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
    const join: Market['join'] = async (name, init = {}, { stake = 0n, balance = 0n } = {}) => {
      const agent = new MeshNetwork({ network, directory: false, ...init })
      agents.push(agent)
      await agent.connect({ signal })
      await agent.account.ensureTestGas(GAS, { signal })
      await agent.account.ensureTestDollars(stake + balance, { signal })
      await agent.enroll({ agentURI: 'data:,example', stake, balance }, { signal })
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

/**
 * Asks until there is an answer: agents hear of one another within seconds, not at once.
 *
 * @param what the end of the sentence "nobody ...", for who waits in vain for a minute
 */
export async function eventually<T>(
  { signal }: Pick<Market, 'signal'>,
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

/** Searches until it has found agents by what they do: the records of these, in their order. */
export function findAll(
  { signal }: Pick<Market, 'signal'>,
  from: MeshNetwork,
  capability: string,
  agents: readonly MeshNetwork[],
): Promise<FoundAgent[]> {
  return eventually({ signal }, `is found who offers ${capability}`, async () => {
    const found = await from.discoverAgents({ capabilities: [capability] }, { signal })
    const known = agents.flatMap(
      ({ address }) => found.find(({ record }) => record.value.agent === address) ?? [],
    )
    return known.length === agents.length ? known : undefined
  })
}

/**
 * Pays on chain for what agents were answered, and says so.
 *
 * @param names of the agents by their addresses
 * @param unit what an answer is, such as 'check'
 */
export async function settleAll(
  { signal }: Pick<Market, 'signal'>,
  agents: readonly MeshNetwork[],
  names: ReadonlyMap<string, string>,
  unit: string,
): Promise<void> {
  for (const agent of agents) {
    for (const { state, outcome, agreement } of await agent.settleServices({ signal })) {
      const [buyer, seller] = [agreement.buyer, agreement.seller].map(
        (address) => names.get(address) ?? address,
      )
      const { paid = 0n, quantity = 0n } = outcome ?? {}
      console.log(`${state} on chain: ${buyer} paid ${seller} ${dollars(paid)} for ${quantity} ${unit}`)
    }
  }
}

/** An amount of money for people: minor units are millionths. */
export function dollars(minor: bigint): string {
  return `${formatMoney(minor)} test dollars`
}
