import { z } from 'zod'
import { membersOf, signalSchema } from '../protocol/input.ts'
import type { Address, Hex, Intent, Offer } from '../protocol/types.ts'
import { limitsSchema } from './bargaining.ts'
import type { IntentDraft } from './intent-draft.ts'
import { Position } from './market/position.ts'
import { guarded } from './platform/guarded.ts'
import type { Deal } from './policy/deal.ts'
import type { Deals } from './policy/deals.ts'
import type { IntentDiscovery, ReceivedIntent } from './protocols/intent-discovery/index.ts'
import type { Decision, Negotiation, OfferHandler, Outcome } from './protocols/negotiation/index.ts'
import { answer } from './strategy/bargain.ts'
import { concede, type Limits, STRATEGIES, type StrategyName } from './strategy/index.ts'

/** How often a buyer says what it still lacks, in milliseconds: gossip is not acknowledged. */
const ANNOUNCE_INTERVAL = 2_000
/** Seconds for which it says so. */
const INTENT_LIFE = 10n
/** Buyers with whom a seller bargains at a time. */
const MAX_NEGOTIATIONS = 4

/** What an agent wants to buy, or has to sell, in one delivery interval. */
export interface TradeWish
  extends Pick<IntentDraft, 'side' | 'capability' | 'lot' | 'start' | 'end' | 'attributes' | 'replay'> {
  /** In the capability's unit; never more than it is agreed, nor promised. */
  quantity: bigint
  /** Minor units per lot. */
  limits: Limits
}

export interface TradeOptions {
  /** How to bargain; `honest` by default. */
  strategy?: StrategyName
  /** As in `OfferOptions`; a minute by default. */
  duration?: bigint
  /** Ends it. */
  signal?: AbortSignal
}

export const tradeWishSchema = membersOf<TradeWish>({
  side: z.enum(['buy', 'sell']),
  capability: z.string(),
  quantity: z.bigint().positive(),
  lot: z.bigint().positive(),
  start: z.bigint(),
  end: z.bigint(),
  limits: limitsSchema,
  attributes: z.array(z.any()).optional(),
  replay: z.boolean().optional(),
})

export const tradeOptionsSchema = membersOf<TradeOptions>({
  strategy: z.enum(Object.keys(STRATEGIES) as StrategyName[]).optional(),
  duration: z.bigint().optional(),
  signal: signalSchema.optional(),
})

export interface TradingComponents {
  deals: Pick<Deals, 'onChange'>
  intents: Pick<IntentDiscovery, 'subscribe' | 'open' | 'publish'>
  negotiation: Pick<Negotiation, 'offer' | 'onOfferTo'>
  /** An own intent, and the digest that it will have when it is signed. */
  prepare: (draft: IntentDraft) => { intent: Intent; hash: Hex }
  report: (error: unknown) => void
}

/** A wish that is being traded, in parts with whoever has the best of it; see `MeshNetwork.fill`. */
export class Trading {
  /** How much of it is agreed, promised and free. */
  readonly position: Position
  readonly #components: TradingComponents
  readonly #wish: TradeWish
  readonly #options: TradeOptions
  readonly #onAgreed: (deal: Deal) => unknown
  readonly #ending = new AbortController()
  readonly #stops: (() => void)[] = []
  /** Agreed and not known to be in escrow. */
  readonly #agreed = new Set<Hex>()
  /** The latest intent of each buyer that may be worth an offer. */
  readonly #candidates = new Map<Address, ReceivedIntent>()
  readonly #engaged = new Set<Address>()
  /** Negotiations about own intents whose end is awaited. */
  readonly #heard = new WeakSet<Promise<Outcome>>()

  /** @param signal ends it, as `end` does */
  constructor(
    components: TradingComponents,
    wish: TradeWish,
    onAgreed: (deal: Deal) => unknown,
    options: TradeOptions,
    signal: AbortSignal,
  ) {
    const { side, quantity } = wish
    this.#components = components
    this.#wish = wish
    this.#options = options
    this.#onAgreed = guarded(onAgreed, components.report)
    this.position = new Position(side === 'buy' ? -quantity : quantity)
    this.#stops.push(components.deals.onChange((deal) => this.#onDeal(deal)))
    signal.addEventListener('abort', () => this.end(), { once: true })
    if (signal.aborted) this.end()
    else if (side === 'buy') this.#buy()
    else this.#sell()
  }

  /** Trades no more; what was agreed goes on. */
  end(): void {
    this.#ending.abort()
    for (const stop of this.#stops.splice(0)) stop()
  }

  get hasEnded(): boolean {
    return this.#ending.signal.aborted
  }

  #buy(): void {
    const timer = setInterval(() => this.#announce(), ANNOUNCE_INTERVAL)
    this.#stops.push(() => clearInterval(timer))
    this.#announce()
  }

  #announce(): void {
    const { intents, negotiation, prepare, report } = this.#components
    const { limits, quantity: _, ...draft } = this.#wish
    const { free } = this.position
    if (this.hasEnded || free === 0n) return
    const price = concede('buy', limits, this.#tactic, 1)
    const { intent, hash } = prepare({ ...draft, quantity: free, price, life: INTENT_LIFE })
    // Before anybody can hear of it: nobody else is to decide about it.
    this.#stops.push(negotiation.onOfferTo(hash, this.#decide))
    intents.publish(intent, { signal: this.#ending.signal }).catch((error: unknown) => {
      if (!this.hasEnded) report(error)
    })
  }

  readonly #decide: OfferHandler = ({ offer, outcome }) => {
    if (this.hasEnded) return { type: 'decline', reason: 'expired' }
    const isNew = !this.#heard.has(outcome)
    this.#heard.add(outcome)
    const decision = this.#answer(offer, outcome)
    if (isNew) outcome.then((result) => this.#conclude(outcome, result)).catch(this.#components.report)
    return decision
  }

  #sell(): void {
    const { intents } = this.#components
    this.#stops.push(intents.subscribe((intent) => this.#consider(intent)))
    for (const intent of intents.open()) this.#consider(intent)
  }

  #consider(intent: ReceivedIntent): void {
    const { capability, start, end, lot } = this.#wish
    const { value } = intent
    if (value.side !== 'buy' || value.capability !== capability || value.lot !== lot) return
    if (value.start !== start || value.end !== end) return
    this.#candidates.set(value.agent, intent)
    this.#offerOn()
  }

  /** Offers what is free to buyers in random order, so that sellers do not all begin with the same one. */
  #offerOn(): void {
    const buyers = [...this.#candidates.keys()].filter((buyer) => !this.#engaged.has(buyer))
    while (!this.hasEnded && this.position.free > 0n && this.#engaged.size < MAX_NEGOTIATIONS) {
      const [buyer] = buyers.splice(Math.floor(Math.random() * buyers.length), 1)
      const intent = buyer && this.#candidates.get(buyer)
      if (buyer === undefined || intent === undefined) return
      this.#candidates.delete(buyer)
      this.#engaged.add(buyer)
      this.#negotiate(intent)
        .catch(this.#components.report)
        .finally(() => {
          this.#engaged.delete(buyer)
          this.#offerOn()
        })
    }
  }

  async #negotiate(intent: ReceivedIntent): Promise<void> {
    const { limits } = this.#wish
    const { free } = this.position
    const quantity = free < intent.value.quantity ? free : intent.value.quantity
    const price = concede('sell', limits, this.#tactic, 1)
    const negotiation = {}
    this.position.reserve(negotiation, quantity)
    let outcome: Outcome = { type: 'declined', reason: 'failed', detail: '' }
    try {
      outcome = await this.#components.negotiation.offer(
        intent,
        { quantity, price },
        {
          duration: this.#options.duration ?? 60n,
          decide: (counterOffer) => this.#answer(counterOffer, negotiation),
          limit: limits.low,
        },
      )
    } finally {
      this.#conclude(negotiation, outcome)
    }
  }

  /** Answers an offer by the strategy, and reserves what the answer promises. */
  #answer({ agreement, terms }: Offer, negotiation: object): Decision {
    const { side, limits } = this.#wish
    const bid = { quantity: agreement.quantity, price: agreement.price, round: Number(terms.round) }
    const reply = answer(side, limits, this.#tactic, bid, this.position.available(negotiation))
    if (reply.type === 'none') {
      return { type: 'decline', reason: this.position.reserved > 0n ? 'busy' : 'filled' }
    }
    this.position.reserve(negotiation, reply.type === 'accept' ? bid.quantity : reply.proposal.quantity)
    return reply
  }

  #conclude(negotiation: object, outcome: Outcome): void {
    const deal = outcome.type === 'agreed' ? outcome.deal : undefined
    this.position.conclude(negotiation, deal?.agreement.quantity ?? 0n)
    if (deal === undefined) return
    this.#agreed.add(deal.id)
    this.#onAgreed(deal)
  }

  /** What came to nothing before money was in escrow is free again. */
  #onDeal({ id, state, agreement }: Deal): void {
    if (state !== 'void' || !this.#agreed.delete(id)) return
    this.position.revoke(agreement.quantity)
    this.#offerOn()
  }

  get #tactic() {
    return STRATEGIES[this.#options.strategy ?? 'honest']
  }
}
