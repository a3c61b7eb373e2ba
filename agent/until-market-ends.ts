import { LOCAL_CHAIN_ID, type NetworkDescriptor, networkName } from '../protocol/deployment.ts'
import { ChainError, ConfigError } from '../protocol/errors.ts'
import { connectChain } from './chain/client.ts'
import type { Abortable } from './lifecycle.ts'
import { sleep } from './platform/timers.ts'
import { readNetwork } from './read-network.ts'

/** How often a market is looked for, in milliseconds. */
const INTERVAL = 10_000
/** Looks in a row in which neither API nor chain answers, until a development chain has ended: a minute. */
const MAX_SILENT = 6

/**
 * Waits for as long as the market is there that an agent has joined: what a program does last that is to run until then. Its end
 * is one that nothing can be waited for after: the API tells of another market; or neither API nor chain answers for a minute, and
 * the chain is one for development, which keeps nothing when it ends. Any other chain comes back.
 *
 * @param api URL of the API that told of the market
 * @param joined what it told
 * @param options.interval how often it is looked for, in milliseconds; 10,000 by default
 * @throws ConfigError `MARKET_ENDED`; what `signal` was aborted with
 * @example
 * ```ts
 * await runAgent(async (signal) => {
 *   const network = await readNetwork(api, { signal })
 *   await using agent = await joinMarket({ network, capabilities: ['energy.supply'] }, {}, { signal })
 *   agent.subscribeToIntents(({ value }) => console.log(value.agent, 'wants', value.quantity, 'Wh'))
 *   await untilMarketEnds(api, network, { signal })
 * })
 * ```
 */
export async function untilMarketEnds(
  api: string,
  joined: NetworkDescriptor,
  { signal = new AbortController().signal, interval = INTERVAL }: Abortable & { interval?: number } = {},
): Promise<never> {
  const name = networkName(joined.deployment)
  for (let silent = 0; silent < MAX_SILENT; ) {
    await sleep(interval, signal)
    const found = await foundAt(api, joined, signal)
    if (found === undefined) silent += joined.deployment.chainId === LOCAL_CHAIN_ID ? 1 : 0
    else if (found === name) silent = 0
    else throw ended(`${api}: ${found} in its place`, name)
  }
  throw ended(`no answer at ${api}, nor by its chain`, name)
}

/** The name of the network that API or chain belong to now, undefined when neither tells. */
async function foundAt(
  api: string,
  joined: NetworkDescriptor,
  signal: AbortSignal,
): Promise<string | undefined> {
  const told = await readNetwork(api, { signal }).catch(() => undefined)
  signal.throwIfAborted()
  if (told !== undefined) return networkName(told.deployment)
  try {
    // The API may be down for a while: what was agreed is on the chain.
    await connectChain(joined.rpcUrl, joined.deployment)
    return networkName(joined.deployment)
  } catch (error) {
    return error instanceof ChainError && error.code === 'CHAIN_WRONG' ? 'another chain' : undefined
  }
}

function ended(received: string, expected: string): ConfigError {
  return new ConfigError('MARKET_ENDED', 'The market has ended that this agent had joined.', {
    field: 'api',
    expected,
    received,
    remedy:
      'Begin one, as by `mesh up`, then start this agent again: it joins the market that is there, with the key that it has.',
  })
}
