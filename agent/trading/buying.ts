import type { Address } from '../../protocol/types.ts'
import type { DeclineReason } from '../../protocol/wire/frames.ts'
import type { ReceivedIntent } from '../protocols/intent-discovery/index.ts'
import type { Decision, OfferHandler, Outcome, ReceivedOffer } from '../protocols/negotiation/index.ts'
import { concede, mayOffer } from '../strategy/index.ts'
import { sourcesWanted } from '../strategy/preferences.ts'
import { FAILED } from './commitments.ts'
import type { TradeParts } from './components.ts'
import { Suppliers } from './suppliers.ts'
import { wishedAttributes } from './wish.ts'

/**
 * How long until a buyer says again what it lacks, in milliseconds: soon after something has changed, for gossip is not
 * acknowledged and sellers wait to hear of it; and then twice as long each time, so that many who find nobody are no burden.
 */
const ANNOUNCE_AGAIN = { least: 250, most: 4_000 }
/** Own intents to which offers are decided about: of those before, the half minute in which they can be answered is over. */
const MAX_ASKED = 128
/** Most own counter-offers that one seller may decline: until they expire, it could open them all the same. */
export const MAX_DECLINED_COUNTERS = 6
/** Most sellers of which that is remembered. */
const MAX_DECLINERS = 1_000

/** The side that buys: it says what it still lacks, and answers who offers it. */
export class Buying {
  readonly #parts: TradeParts
  readonly #suppliers: Suppliers
  /** When it began, Unix seconds. */
  readonly #since: bigint
  /** Each ends the deciding about one own intent, the oldest first. */
  readonly #asked: (() => void)[] = []
  /** Own counter-offers in each negotiation, and those to each seller that led to no agreement. */
  readonly #counters = new WeakMap<Promise<Outcome>, number>()
  readonly #declined = new Map<Address, number>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #wait = ANNOUNCE_AGAIN.least
  /** Milliseconds of Unix time. */
  #announcedAt = 0

  constructor(parts: TradeParts) {
    const { components, wish, signal } = parts
    this.#parts = parts
    this.#suppliers = new Suppliers(components.agents, wish.capability)
    this.#since = components.now()
    signal.addEventListener('abort', () => {
      clearTimeout(this.#timer)
      for (const stop of this.#asked.splice(0)) stop()
    })
  }

  start(): void {
    const { negotiation, report } = this.#parts.components
    const checkPayable = async () => {
      const published = await this.#announce()
      if (published !== undefined) await negotiation.checkPayable(published)
    }
    checkPayable().catch(report)
  }

  /** Something is free again: those are to hear of it that were told that nothing is. */
  resume(): void {
    this.#wait = ANNOUNCE_AGAIN.least
    this.#announceIn(this.#announcedAt + this.#wait - Date.now())
  }

  #announceIn(milliseconds: number): void {
    clearTimeout(this.#timer)
    if (this.#parts.signal.aborted) return
    this.#timer = setTimeout(() => void this.#announce(), Math.max(0, milliseconds))
  }

  /** @returns what was said, undefined when that was nothing */
  async #announce(): Promise<ReceivedIntent | undefined> {
    const { components, wish, tactic, commitments, signal } = this.#parts
    this.#announcedAt = Date.now()
    this.#announceIn(this.#wait)
    this.#wait = Math.min(2 * this.#wait, ANNOUNCE_AGAIN.most)
    const { limits, quantity: _, preferences: __, ...draft } = wish
    const { free } = commitments.position
    if (signal.aborted || free === 0n) return undefined
    const price = concede('buy', limits, tactic, 1)
    const attributes = wishedAttributes(wish, this.#since, components.now())
    try {
      const { intent, hash } = components.prepare({ ...draft, quantity: free, price, attributes })
      // Before anybody can hear of it: nobody else is to decide about it.
      this.#asked.push(components.negotiation.onOfferTo(hash, this.#decide))
      if (this.#asked.length > MAX_ASKED) this.#asked.shift()?.()
      return await components.intents.publish(intent, { signal })
    } catch (error) {
      if (!signal.aborted) components.report(error)
      return undefined
    }
  }

  readonly #decide: OfferHandler = async (received: ReceivedOffer): Promise<Decision> => {
    const { offer, outcome, from } = received
    const reason = await this.#refusalOf(received)
    if (reason !== undefined) return { type: 'decline', reason }
    const decision = this.#parts.commitments.answer(offer, outcome)
    const counters = this.#counters.get(outcome)
    this.#counters.set(outcome, (counters ?? 0) + (decision.type === 'counter' ? 1 : 0))
    if (counters === undefined) this.#awaitEnd(outcome, from).catch(this.#parts.components.report)
    return decision
  }

  /** Why nothing that an agent offers is answered; undefined when it is. */
  async #refusalOf({ intent, from }: ReceivedOffer): Promise<DeclineReason | undefined> {
    const { components, signal } = this.#parts
    const { attributes } = intent.value
    const supplier = await this.#suppliers.find(from, sourcesWanted(attributes))
    const may = mayOffer(attributes, supplier, components.now())
    if (signal.aborted) return 'expired'
    if (may === 'later') return 'busy'
    if (may === 'never') return 'invalid'
    return (this.#declined.get(from) ?? 0) >= MAX_DECLINED_COUNTERS ? 'filled' : undefined
  }

  async #awaitEnd(outcome: Promise<Outcome>, from: Address): Promise<void> {
    const { commitments, components } = this.#parts
    const result = await outcome.catch((error: unknown) => {
      components.report(error)
      return FAILED
    })
    const counters = this.#counters.get(outcome) ?? 0
    if (result.type === 'declined' && counters > 0) this.#remember(from, counters)
    commitments.conclude(outcome, result)
  }

  #remember(from: Address, counters: number): void {
    const before = this.#declined.get(from) ?? 0
    this.#declined.delete(from)
    this.#declined.set(from, before + counters)
    const [longestAgo] = this.#declined.keys()
    if (this.#declined.size > MAX_DECLINERS && longestAgo !== undefined) this.#declined.delete(longestAgo)
  }
}
