import { type CapabilityClaim, capabilityOf } from '../protocol/capability.ts'
import type { Address } from '../protocol/types.ts'
import type { Account } from './account.ts'
import { listeningAt } from './network/joining.ts'
import type { MeshNode } from './network/node.ts'
import { RECORD_LIFE } from './protocols/agent-discovery/constants.ts'
import type { AgentDiscovery } from './protocols/agent-discovery/index.ts'

export interface AnnouncerComponents {
  agents: Pick<AgentDiscovery, 'publish'>
  /** Who the agent is on chain; undefined without a chain. */
  account: Pick<Account, 'agentId'> | undefined
  node: MeshNode
  address: Address
  capabilities: readonly CapabilityClaim[]
  /** H3 cell of this agent. */
  area: string
  /** Unix seconds. */
  now: () => bigint
  report: (error: unknown) => void
}

/** Publishes this agent's capability record, and anew before it ends. One without capabilities publishes nothing. */
export class Announcer {
  readonly #components: AnnouncerComponents
  #last = 0n
  #timer: NodeJS.Timeout | undefined

  constructor(components: AnnouncerComponents) {
    this.#components = components
  }

  start(): void {
    const { report } = this.#components
    this.#timer = setInterval(() => this.announce().catch(report), (RECORD_LIFE * 1000) / 2).unref()
    // Peers are there when an agent has joined; the DHT may take its time.
    this.announce().catch(report)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Publishes a record of what is so now. @throws as `AgentDiscovery.publish` */
  async announce(): Promise<void> {
    const { agents, account, node, address, capabilities, area, now } = this.#components
    if (capabilities.length === 0) return
    // Of two records of one second, peers would keep the first.
    const issuedAt = now() > this.#last ? now() : this.#last + 1n
    this.#last = issuedAt
    await agents.publish({
      agent: address,
      agentId: (await account?.agentId()) ?? 0n,
      capabilities: capabilities.map(capabilityOf),
      area,
      endpoints: listeningAt(node),
      issuedAt,
      expiry: issuedAt + BigInt(RECORD_LIFE),
    })
  }
}
