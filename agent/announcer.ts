import { type CapabilityClaim, capabilityOf } from '../protocol/capability.ts'
import type { Address, Capability } from '../protocol/types.ts'
import type { Parts } from './assemble.ts'
import { listeningAt } from './network/joining.ts'
import { background, type Timer } from './platform/timers.ts'
import { RECORD_LIFE } from './protocols/agent-discovery/constants.ts'

/** Says again and again what an agent does and where it is, before the last word on it expires. */
export class Announcer {
  readonly #parts: Pick<Parts, 'agents' | 'membership' | 'node' | 'trade'>
  readonly #agent: Address
  readonly #capabilities: Capability[]
  readonly #now: () => bigint
  readonly #report: (error: unknown) => void
  #renewal: Timer | undefined
  #last = 0n

  /**
   * @param components.capabilities where there are none, nothing is said
   * @param components.now Unix seconds
   * @param components.report hears of what could not be said
   */
  constructor(
    parts: Pick<Parts, 'agents' | 'membership' | 'node' | 'trade'>,
    components: {
      agent: Address
      capabilities: readonly CapabilityClaim[]
      now: () => bigint
      report: (error: unknown) => void
    },
  ) {
    this.#parts = parts
    this.#agent = components.agent
    this.#capabilities = components.capabilities.map(capabilityOf)
    this.#now = components.now
    this.#report = components.report
  }

  start(): void {
    const announce = () => this.announce().catch(this.#report)
    this.#renewal = background(setInterval(announce, (RECORD_LIFE * 1000) / 2))
    announce()
  }

  stop(): void {
    clearInterval(this.#renewal)
  }

  /** @throws RefusedError when others would not carry it; ChainError when the chain does not say who the agent is */
  async announce(): Promise<void> {
    if (this.#capabilities.length === 0) return
    const { agents, membership, trade, node } = this.#parts
    // Of two records of one second, peers would keep the first.
    const now = this.#now()
    const issuedAt = now > this.#last ? now : this.#last + 1n
    this.#last = issuedAt
    await agents.publish({
      agent: this.#agent,
      agentId: (await trade?.account.agentId()) ?? 0n,
      capabilities: this.#capabilities,
      area: membership.area,
      endpoints: listeningAt(node),
      issuedAt,
      expiry: issuedAt + BigInt(RECORD_LIFE),
    })
  }
}
