import { ConfigError } from '../../protocol/errors.ts'
import type { Address } from '../../protocol/types.ts'
import { readText, replaceText } from '../platform/disk.ts'
import { background, type Timer } from '../platform/timers.ts'
import type { Deals } from './deals.ts'
import { type Conduct, decayed, type Evidence, NO_EVIDENCE, observationsOf, observed } from './reputation.ts'

/** Most agents that are remembered; those that were dealt with longest ago are forgotten first. */
const MOST = 10_000
/** How long after a change the file is written, in milliseconds: a crash forgets what was seen since. */
const WRITE_DELAY = 2_000

export interface LocalReputationComponents {
  /** File that it survives in; without one nothing survives the process. */
  path?: string | undefined
  /** Unix seconds. */
  now: () => bigint
  /** Hears that the file could not be written; it is tried again at the next change. */
  report: (error: unknown) => void
}

/** What this agent has seen of others with its own eyes; see `reputationOf` for what it comes to. */
export class LocalReputation {
  readonly #components: LocalReputationComponents
  readonly #evidence: Map<Address, Evidence>
  #timer: Timer | undefined
  /** One after the other. */
  #writing = Promise.resolve()

  private constructor(components: LocalReputationComponents, evidence: Map<Address, Evidence>) {
    this.#components = components
    this.#evidence = evidence
  }

  /** Reads what was seen before. @throws ConfigError `REPUTATION_DAMAGED` when the file cannot be read */
  static async open(components: LocalReputationComponents): Promise<LocalReputation> {
    const { path } = components
    return new LocalReputation(components, path === undefined ? new Map() : await read(path))
  }

  /**
   * Remembers how an agent behaved.
   *
   * @param value minor units that were at stake; a lie counts for a token at least
   */
  record(agent: Address, conduct: Conduct, value = 0n): void {
    const earlier = this.#evidence.get(agent) ?? NO_EVIDENCE
    this.#evidence.delete(agent)
    this.#evidence.set(agent, observed(earlier, conduct, value, this.#now))
    const [oldest] = this.#evidence.keys()
    if (this.#evidence.size > MOST && oldest !== undefined) this.#evidence.delete(oldest)
    this.#timer ??= background(setTimeout(() => this.#write(), WRITE_DELAY))
  }

  /** What was seen of an agent, as it counts now. */
  of(agent: Address): Evidence {
    return decayed(this.#evidence.get(agent) ?? NO_EVIDENCE, this.#now)
  }

  /** Learns from each deal that ends. @returns a function that ends it */
  follow(deals: Pick<Deals, 'onChange'>): () => void {
    return deals.onChange((deal) => {
      for (const { agent, conduct, value } of observationsOf(deal)) this.record(agent, conduct, value)
    })
  }

  /** Writes what is not yet on disk. */
  async close(): Promise<void> {
    if (this.#timer !== undefined) this.#write()
    await this.#writing
  }

  get #now(): number {
    return Number(this.#components.now())
  }

  #write(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const { path, report } = this.#components
    if (path === undefined) return
    this.#writing = this.#writing
      .then(() => replaceText(path, JSON.stringify([...this.#evidence])))
      .catch(report)
  }
}

async function read(path: string): Promise<Map<Address, Evidence>> {
  try {
    const text = await readText(path)
    if (text === undefined) return new Map()
    const entries: unknown = JSON.parse(text)
    if (!Array.isArray(entries) || !entries.every(isEntry)) throw new TypeError('not a list of evidence')
    return new Map(entries.slice(-MOST))
  } catch (cause) {
    throw new ConfigError('REPUTATION_DAMAGED', 'What was seen of other agents cannot be read.', {
      field: path,
      expected: 'a JSON list of [address, { good, bad, at }]',
      remedy: 'Restore the file from a backup; to trust everybody anew, move it away.',
      cause,
    })
  }
}

function isEntry(entry: unknown): entry is [Address, Evidence] {
  if (!Array.isArray(entry) || entry.length !== 2 || !/^0x[0-9a-f]{40}$/i.test(entry[0])) return false
  const { good, bad, at } = entry[1] ?? {}
  return [good, bad, at].every((value) => Number.isFinite(value) && value >= 0)
}
