import type { Address } from '../../protocol/types.ts'
import { type Supplier, sourcesOf } from '../strategy/index.ts'
import type { TradingComponents } from './components.ts'

/** How long it may take to ask others about suppliers, in milliseconds. */
const TIMEOUT = 2_000
/** Most agents of one answer. */
const MOST_FOUND = 64

/** What the suppliers of a capability say to be their sources, each in a record that it has signed. */
export class Suppliers {
  readonly #agents: TradingComponents['agents']
  readonly #capability: string
  #looking: Promise<unknown> | undefined

  constructor(agents: TradingComponents['agents'], capability: string) {
    this.#agents = agents
    this.#capability = capability
  }

  /** What is known of a supplier without asking anybody; no sources where nothing is. */
  known(agent: Address): Supplier {
    const { capabilities = [] } = this.#agents.recordOf(agent)?.value ?? {}
    return { agent, sources: sourcesOf(capabilities, this.#capability) }
  }

  /** As `known`; one that nothing was heard of is looked for among those of the wanted sources. */
  async find(agent: Address, wanted: readonly string[]): Promise<Supplier> {
    if (wanted.length > 0 && this.#agents.recordOf(agent) === undefined) {
      this.#looking ??= this.#look(wanted).finally(() => {
        this.#looking = undefined
      })
      await this.#looking
    }
    return this.known(agent)
  }

  /** What is found is known from then on. */
  #look(wanted: readonly string[]): Promise<unknown> {
    const query = {
      capabilities: [this.#capability],
      where: [{ attribute: 'source', oneOf: [...wanted] }],
      limit: MOST_FOUND,
    }
    return this.#agents.discover(query, AbortSignal.timeout(TIMEOUT)).catch(() => undefined)
  }
}
