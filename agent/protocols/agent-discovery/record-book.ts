import type { Address, CapabilityRecord, Hex } from '../../../protocol/types.ts'
import { CapabilityIndex } from '../../query/capability-index.ts'
import type { Query } from '../../query/query.ts'
import type { Received } from '../gossip-topic.ts'
import { DISTRUST, MAX_DISTRUSTED, MAX_LISTINGS, MAX_RECORDS } from './constants.ts'

/** A capability record whose signature was verified. */
export type ReceivedCapability = Received<CapabilityRecord>

/**
 * Verified records, the newest of each agent, until they expire: this agent's own, those that it heard, and those that it
 * was told when it asked. Whoever asks is answered from here, so what one has found the next finds nearby.
 */
export class RecordBook {
  readonly #index = new CapabilityIndex<ReceivedCapability>()
  /** In which topics a record was heard. */
  readonly #topics = new WeakMap<ReceivedCapability, Set<string>>()
  /** Until when agents are not believed, Unix seconds. */
  readonly #distrusted = new Map<Address, bigint>()
  readonly #own: Address
  readonly #now: () => bigint

  /**
   * @param own whose record never makes room for others'
   * @param now Unix seconds
   */
  constructor(own: Address, now: () => bigint) {
    this.#own = own
    this.#now = now
  }

  /** Whether a record, or a later one of its agent, is there; with a topic, whether it was heard in that one. */
  knows({ agent, issuedAt }: CapabilityRecord, topic?: string): boolean {
    const known = this.#index.get(agent)
    if (known === undefined || known.value.issuedAt < issuedAt) return false
    return known.value.issuedAt > issuedAt || topic === undefined || this.#topicsOf(known).has(topic)
  }

  /**
   * Takes a record in.
   *
   * @param topic in which it was heard
   * @returns `again` when it was heard in another topic, `stale` when it is not the newest, or not believed
   */
  add(received: ReceivedCapability, topic?: string): 'new' | 'again' | 'stale' {
    const { agent, issuedAt } = received.value
    if ((this.#distrusted.get(agent) ?? 0n) >= this.#now()) return 'stale'
    const known = this.#index.get(agent)
    if (known !== undefined && known.value.issuedAt >= issuedAt) {
      if (known.hash !== received.hash || topic === undefined) return 'stale'
      this.#topicsOf(known).add(topic)
      return 'again'
    }
    this.#index.add(received)
    if (topic !== undefined) this.#topicsOf(received).add(topic)
    while (this.#index.size > MAX_RECORDS || this.#index.listings > MAX_LISTINGS) this.#dropOldest()
    return 'new'
  }

  /** Digests of all records. */
  hashes(): Set<Hex> {
    return new Set([...this.#index.all()].map(({ hash }) => hash))
  }

  /** Records that hold and fulfil a condition, those that were taken in last at the front. @param most of them */
  newest(isWanted: (record: ReceivedCapability) => boolean, most: number): ReceivedCapability[] {
    const now = this.#now()
    const found = [...this.#index.all()].filter((record) => record.value.expiry >= now && isWanted(record))
    return found.slice(-most).reverse()
  }

  /** Names of the capabilities in all records, each once. */
  names(): Set<string> {
    const records = [...this.#index.all()]
    return new Set(records.flatMap(({ value }) => value.capabilities.map(({ name }) => name)))
  }

  /** The newest record of an agent, undefined when there is none that has not expired. */
  get(agent: Address): ReceivedCapability | undefined {
    const received = this.#index.get(agent)
    return received !== undefined && received.value.expiry >= this.#now() ? received : undefined
  }

  /**
   * The first records that fulfil a query.
   *
   * @param query with a cell that its circle is around
   * @param most of them
   * @param lot from 0 to 1; see `CapabilityIndex.find`
   * @param isWanted by which some are passed over
   */
  find(
    query: Query,
    most: number,
    lot: number,
    isWanted: (agent: Address) => boolean = () => true,
  ): ReceivedCapability[] {
    const now = this.#now()
    const found: ReceivedCapability[] = []
    const expired: Address[] = []
    for (const received of this.#index.find(query, lot)) {
      const { agent, expiry } = received.value
      if (expiry < now) expired.push(agent)
      else if (isWanted(agent)) found.push(received)
      if (found.length === most) break
    }
    for (const agent of expired) this.#index.delete(agent)
    return found
  }

  /** Forgets what an agent says, and does not believe it for a day. */
  distrust(agent: Address): void {
    this.#index.delete(agent)
    this.#distrusted.delete(agent)
    this.#distrusted.set(agent, this.#now() + BigInt(DISTRUST))
    const [oldest] = this.#distrusted.keys()
    if (this.#distrusted.size > MAX_DISTRUSTED && oldest !== undefined) this.#distrusted.delete(oldest)
  }

  #topicsOf(received: ReceivedCapability): Set<string> {
    const topics = this.#topics.get(received) ?? new Set()
    this.#topics.set(received, topics)
    return topics
  }

  #dropOldest(): void {
    for (const { value } of this.#index.all()) {
      if (value.agent === this.#own) continue
      this.#index.delete(value.agent)
      return
    }
  }
}
