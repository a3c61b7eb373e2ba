import { areWithinBounds, type CapabilityClaim, capabilityOf } from '../protocol/capability.ts'
import type { Address, Capability } from '../protocol/types.ts'
import type { Parts } from './assemble.ts'
import { listeningAt } from './network/joining.ts'
import { background, type Timer } from './platform/timers.ts'
import { RECORD_LIFE } from './protocols/agent-discovery/constants.ts'

/** Least time between two announcements of what has changed, in milliseconds. */
const LEAST_INTERVAL = 5_000

/** Says again and again what an agent does and where it is, before the last word on it expires. */
export class Announcer {
  readonly #parts: Pick<Parts, 'agents' | 'membership' | 'node' | 'trade'>
  readonly #agent: Address
  readonly #capabilities: Capability[]
  readonly #besides: () => Capability[]
  readonly #now: () => bigint
  readonly #report: (error: unknown) => void
  #renewal: Timer | undefined
  #soon: Timer | undefined
  #last = 0n

  /**
   * @param components.capabilities what it does; where that is nothing, and `besides` too, nothing is said
   * @param components.besides what it can do besides at the moment
   * @param components.now Unix seconds
   * @param components.report hears of what could not be said
   */
  constructor(
    parts: Pick<Parts, 'agents' | 'membership' | 'node' | 'trade'>,
    components: {
      agent: Address
      capabilities: readonly CapabilityClaim[]
      besides: () => Capability[]
      now: () => bigint
      report: (error: unknown) => void
    },
  ) {
    this.#parts = parts
    this.#agent = components.agent
    this.#capabilities = components.capabilities.map(capabilityOf)
    this.#besides = components.besides
    this.#now = components.now
    this.#report = components.report
  }

  start(): void {
    this.#renewal = background(setInterval(() => this.#say(), (RECORD_LIFE * 1000) / 2))
    this.#say()
  }

  stop(): void {
    clearInterval(this.#renewal)
    clearTimeout(this.#soon)
  }

  /** Says what has changed: at once, or a little later where it was said a moment ago. */
  soon(): void {
    const waited = Number(this.#now() - this.#last) * 1000
    this.#soon ??= background(
      setTimeout(
        () => {
          this.#soon = undefined
          this.#say()
        },
        Math.max(0, LEAST_INTERVAL - waited),
      ),
    )
  }

  #say(): void {
    this.announce().catch(this.#report)
  }

  /** @throws RefusedError when others would not carry it; ChainError when the chain does not say who the agent is */
  async announce(): Promise<void> {
    const capabilities = this.#withinBounds()
    if (capabilities.length === 0) return
    const { agents, membership, trade, node } = this.#parts
    // Of two records of one second, peers would keep the first.
    const now = this.#now()
    const issuedAt = now > this.#last ? now : this.#last + 1n
    this.#last = issuedAt
    await agents.publish({
      agent: this.#agent,
      agentId: (await trade?.account.agentId()) ?? 0n,
      capabilities,
      area: membership.area,
      endpoints: listeningAt(node),
      issuedAt,
      expiry: issuedAt + BigInt(RECORD_LIFE),
    })
  }

  /** All that it does, and of what it can do besides as much as a record holds. */
  #withinBounds(): Capability[] {
    const besides = this.#besides()
    while (besides.length > 0) {
      const all = [...this.#capabilities, ...besides]
      if (areWithinBounds(all)) return all
      besides.pop()
    }
    return this.#capabilities
  }
}
