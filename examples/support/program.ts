/** What the examples with several agents have in common: they join one market, and leave it together. */
import {
  type FoundAgent,
  MeshNetwork,
  type MeshNetworkInit,
  type NetworkDescriptor,
  readNetwork,
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

/**
 * Runs a program against the market at `MESH_API`, by default that of `npm start` on this machine, and ends the process:
 * with 0 when `run` is done, 1 when it fails, and 130 after Ctrl-C. Its agents leave the mesh before, so that what they
 * have open is settled.
 */
export async function runInMarket(run: (market: Market) => Promise<void>): Promise<never> {
  const ending = new AbortController()
  const agents: MeshNetwork[] = []
  const interrupted = new Promise<number>((resolve) => {
    const interrupt = () => {
      console.log('ending: the agents leave the mesh')
      ending.abort(new Error('interrupted'))
      resolve(130)
    }
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  })
  const join: Market['join'] = async (name, init = {}, { stake = 0n, balance = 0n } = {}) => {
    const onError = process.env.MESH_VERBOSE === undefined ? undefined : console.error
    const agent = new MeshNetwork({ network, directory: false, ...(onError && { onError }), ...init })
    agents.push(agent)
    await agent.connect({ signal: ending.signal })
    await agent.account.ensureTestGas(GAS)
    await agent.account.ensureTestDollars(stake + balance)
    await agent.enroll({ agentURI: 'data:,example', stake, balance })
    console.log(`${name} joined as ${agent.address}`)
    return agent
  }
  const api = process.env.MESH_API ?? 'http://127.0.0.1:8787'
  let network: NetworkDescriptor
  const running = (async () => {
    network = await readNetwork(api, { signal: ending.signal })
    console.log(`market at ${api}; all agents of this example run in this process, each with its own key`)
    await run({ network, signal: ending.signal, join })
    return 0
  })().catch((error: unknown) => {
    if (!ending.signal.aborted) console.error(error instanceof Error ? error.message : error)
    return 1
  })
  const code = await Promise.race([interrupted, running])
  await Promise.all(agents.map((agent) => agent.disconnect()))
  process.exit(code)
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
  const until = AbortSignal.any([signal, AbortSignal.timeout(60_000)])
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (signal.aborted) throw signal.reason
    if (until.aborted)
      throw new Error(`Nobody ${what} in a minute. Look at what the market prints; then try again.`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
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

/** An amount of money for people: minor units are millionths. */
export function dollars(minor: bigint): string {
  return `${minor / 1_000_000n}.${String(minor % 1_000_000n).padStart(6, '0')} test dollars`
}
