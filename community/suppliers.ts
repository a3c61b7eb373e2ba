import { type Address, type MeshNetwork, sourcesOf } from '../agent/index.ts'

/** Most suppliers that are remembered; who was heard of longest ago is forgotten first. */
const MOST = 1_000
/** How long it may take to ask others about a supplier, in milliseconds. */
const TIMEOUT = 2_000
/** Most agents of one answer. */
const MOST_FOUND = 64

/** What the suppliers of energy around a home say to be their sources, each in a record that it has signed. */
export class Suppliers {
  readonly #network: Pick<MeshNetwork, 'discoverAgents' | 'subscribeToCapabilities'>
  readonly #sources = new Map<Address, readonly string[]>()
  #looking: Promise<void> | undefined

  constructor(network: Pick<MeshNetwork, 'discoverAgents' | 'subscribeToCapabilities'>) {
    this.#network = network
  }

  /** Listens to records from now on. @returns a function that ends it */
  start(): () => void {
    return this.#network.subscribeToCapabilities(({ value }) => {
      this.#remember(value.agent, sourcesOf(value.capabilities))
    })
  }

  /** The sources of a supplier. One that nothing was heard of is looked for; none when nothing is known of it then. */
  async sourcesOf(agent: Address, wanted: readonly string[]): Promise<readonly string[]> {
    if (!this.#sources.has(agent)) {
      this.#looking ??= this.#look(wanted).finally(() => {
        this.#looking = undefined
      })
      await this.#looking
    }
    return this.#sources.get(agent) ?? []
  }

  async #look(wanted: readonly string[]): Promise<void> {
    const query = {
      capabilities: ['energy.supply'],
      where: [{ attribute: 'source', oneOf: [...wanted] }],
      limit: MOST_FOUND,
    }
    const found = await this.#network
      .discoverAgents(query, { signal: AbortSignal.timeout(TIMEOUT) })
      .catch(() => [])
    for (const { record } of found) {
      this.#remember(record.value.agent, sourcesOf(record.value.capabilities))
    }
  }

  #remember(agent: Address, sources: readonly string[]): void {
    this.#sources.delete(agent)
    this.#sources.set(agent, sources)
    const [oldest] = this.#sources.keys()
    if (this.#sources.size > MOST && oldest !== undefined) this.#sources.delete(oldest)
  }
}
