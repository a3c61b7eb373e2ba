import { MeshNetwork, readNetwork } from '../../agent/index.ts'
import type { Address } from '../../protocol/types.ts'

/** An intent that the page's own agent heard and verified. */
export interface HeardIntent {
  hash: string
  agent: Address
  side: 'buy' | 'sell'
  capability: string
  quantity: string
}

/** An agent that lives in this page. */
export interface PageAgent {
  readonly address: Address
  /** How many peers it is connected to. */
  peers(): number
  leave(): Promise<void>
}

/**
 * Joins the market's mesh over WebSockets with a node of its own, past the market's gateway.
 *
 * @param onIntent hears each intent, whose signature the agent has verified
 * @param signal ends the joining
 * @throws MeshError `MARKET_UNREACHABLE`, `NO_PEERS`, `DIRECTORY_IN_USE`, …
 */
export async function joinFromPage(
  onIntent: (intent: HeardIntent) => void,
  signal: AbortSignal,
): Promise<PageAgent> {
  const network = await readNetwork(location.origin, { signal })
  const agent = new MeshNetwork({ network, domains: ['energy', 'ride'], directory: false })
  await agent.connect({ signal })
  agent.subscribeToIntents(({ hash, value }) => {
    const { side, capability, quantity } = value
    onIntent({ hash, agent: value.agent, side, capability, quantity: String(quantity) })
  })
  return {
    address: agent.address,
    peers: () => agent.activity.peers,
    leave: () => agent.disconnect(),
  }
}
