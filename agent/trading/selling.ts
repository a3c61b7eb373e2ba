import type { Address } from '../../protocol/types.ts'
import type { ReceivedIntent } from '../protocols/intent-discovery/index.ts'
import type { Outcome } from '../protocols/negotiation/index.ts'
import { concede, mayOffer } from '../strategy/index.ts'
import { FAILED } from './commitments.ts'
import type { TradeParts } from './components.ts'
import { Suppliers } from './suppliers.ts'

/** Buyers with whom a seller bargains at a time, and most that wait their turn. */
const MAX_NEGOTIATIONS = 8
const MAX_CANDIDATES = 1_000

/** The side that sells: it offers what is free to those that ask for it. */
export class Selling {
  readonly #parts: TradeParts
  readonly #suppliers: Suppliers
  /** As in `OfferOptions`. */
  readonly #duration: bigint
  /** The latest intent of each buyer that may be worth an offer. */
  readonly #candidates = new Map<Address, ReceivedIntent>()
  readonly #engaged = new Set<Address>()

  constructor(parts: TradeParts, duration: bigint) {
    const { components, wish } = parts
    this.#parts = parts
    this.#suppliers = new Suppliers(components.agents, wish.capability)
    this.#duration = duration
  }

  start(): void {
    const { components, signal } = this.#parts
    const { intents } = components
    signal.addEventListener(
      'abort',
      intents.subscribe((intent) => this.#consider(intent)),
    )
    for (const intent of intents.open()) this.#consider(intent)
  }

  #consider(intent: ReceivedIntent): void {
    const { wish, components } = this.#parts
    const { value } = intent
    const isWanted = value.capability === wish.capability && value.lot === wish.lot
    if (value.side !== 'buy' || !isWanted || value.start !== wish.start || value.end !== wish.end) return
    const own = this.#suppliers.known(components.agent)
    // The buyer says so again when it does want an offer.
    if (mayOffer(value.attributes, own, components.now()) !== 'now') return
    this.#keep(intent)
    this.resume()
  }

  #keep(intent: ReceivedIntent): void {
    this.#candidates.set(intent.value.agent, intent)
    const [first] = this.#candidates.keys()
    if (this.#candidates.size > MAX_CANDIDATES && first !== undefined) this.#candidates.delete(first)
  }

  /** Offers what is free to buyers in random order, so that sellers do not all begin with the same one. */
  resume(): void {
    const { commitments, components, signal } = this.#parts
    const buyers = [...this.#candidates.keys()].filter((buyer) => !this.#engaged.has(buyer))
    const isWilling = () => !signal.aborted && commitments.position.free > 0n
    while (isWilling() && this.#engaged.size < MAX_NEGOTIATIONS) {
      const [buyer] = buyers.splice(Math.floor(Math.random() * buyers.length), 1)
      const intent = buyer && this.#candidates.get(buyer)
      if (buyer === undefined || intent === undefined) return
      this.#candidates.delete(buyer)
      if (intent.value.expiry < components.now()) continue
      this.#engaged.add(buyer)
      this.#negotiate(intent)
        .catch(components.report)
        .finally(() => {
          this.#engaged.delete(buyer)
          this.resume()
        })
    }
  }

  async #negotiate(intent: ReceivedIntent): Promise<void> {
    const { components, wish, tactic, commitments, signal } = this.#parts
    // Nothing is promised to one that cannot be reached.
    await components.reach(intent)
    const { position } = commitments
    const { free } = position
    if (signal.aborted) return
    if (free === 0n) {
      // Others were reached sooner: it waits its turn.
      if (!this.#candidates.has(intent.value.agent)) this.#keep(intent)
      return
    }
    const quantity = free < intent.value.quantity ? free : intent.value.quantity
    const price = concede('sell', wish.limits, tactic, 1)
    const negotiation = {}
    position.reserve(negotiation, quantity)
    let outcome: Outcome = FAILED
    try {
      outcome = await components.negotiation.offer(
        intent,
        { quantity, price },
        {
          duration: this.#duration,
          decide: (counterOffer) =>
            signal.aborted
              ? { type: 'decline', reason: 'expired' }
              : commitments.answer(counterOffer, negotiation),
          limit: wish.limits.low,
        },
      )
    } finally {
      commitments.conclude(negotiation, outcome)
    }
  }
}
