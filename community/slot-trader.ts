import {
  type Address,
  answer,
  concede,
  type Deal,
  type Decision,
  type Hex,
  hasEnded,
  isOpen,
  type Limits,
  type MeshNetwork,
  mayOffer,
  type Offer,
  type Outcome,
  Position,
  type Preferences,
  preferenceAttributes,
  type ReceivedIntent,
  type ReceivedOffer,
  STRATEGIES,
  type StrategyName,
  type Supplier,
} from '../agent/index.ts'
import type { HomeSlot } from './household.ts'
import type { Suppliers } from './suppliers.ts'

/** Prices are per kWh. */
const LOT = 1000n
/** How often an intent is published anew while part of it is free, in milliseconds. */
const ANNOUNCE_INTERVAL = 500
/** Seconds for which an intent can be answered. */
const INTENT_LIFE = 30n
/** Most buyers that a home negotiates with at a time. */
const MAX_NEGOTIATIONS = 8
/** Most own counter-offers that one seller may decline: until they expire, it could open them all the same. */
export const MAX_DECLINED_COUNTERS = 6

export interface SlotTraderInit {
  network: MeshNetwork
  slot: HomeSlot
  limits: Limits
  strategy: StrategyName
  /** With whom it trades as a buyer. */
  preferences: Preferences
  /** Itself, as a seller. */
  own: Supplier
  suppliers: Pick<Suppliers, 'sourcesOf'>
  /** Seconds from an offer until an unsettled agreement is refunded. */
  duration: bigint
  /** Hears how much is under no opened agreement, in Wh: surplus positive, deficit negative. */
  onPosition: (openWh: number) => void
  onError: (error: unknown) => void
}

/** One home's trade in one slot: it buys by publishing intents, and sells by answering those of others. */
export class SlotTrader {
  readonly slot: HomeSlot
  readonly #init: SlotTraderInit
  readonly #position: Position
  /** Deals that are neither opened nor void yet. */
  readonly #watched = new Set<Hex>()
  /** Negotiations about own intents whose end is awaited. */
  readonly #awaited = new WeakSet<Promise<Outcome>>()
  /** Buyers that a negotiation is under way with. */
  readonly #engaged = new Set<string>()
  /** Latest intent of each buyer that may still be worth an offer. */
  readonly #candidates = new Map<string, ReceivedIntent>()
  readonly #stops: (() => void)[] = []
  /** Own counter-offers in each negotiation, and those to each seller that led to no agreement. */
  readonly #counters = new WeakMap<Promise<Outcome>, number>()
  readonly #declined = new Map<Address, number>()
  /** When it began, Unix seconds. */
  readonly #since = unixTime()
  #opened = 0n
  #isActive = true

  constructor(init: SlotTraderInit) {
    this.#init = init
    this.slot = init.slot
    this.#position = new Position(BigInt(init.slot.pvWh - init.slot.loadWh))
  }

  start(): void {
    const { network } = this.#init
    this.#adoptDeals()
    this.#report()
    this.#stops.push(network.onDealChange((deal) => this.#onDeal(deal)))
    if (this.#position.total === 0n) return
    if (this.#position.side === 'buy') {
      const timer = setInterval(() => this.#announce(), ANNOUNCE_INTERVAL)
      this.#stops.push(() => clearInterval(timer))
      this.#announce()
    } else {
      this.#stops.push(network.subscribeToIntents((intent) => this.#consider(intent)))
      for (const intent of network.openIntents()) this.#consider(intent)
    }
  }

  /** Ends trading; agreements that were reached go on. */
  stop(): void {
    this.#isActive = false
    for (const stop of this.#stops.splice(0)) stop()
  }

  /** Answers an offer to this home's own intent. */
  async decide({ offer, intent, outcome, from }: ReceivedOffer): Promise<Decision> {
    const { attributes } = intent.value
    const may = mayOffer(attributes, await this.#supplier(from), unixTime())
    if (may === 'later') return { type: 'decline', reason: 'busy' }
    if (may === 'never') return { type: 'decline', reason: 'invalid' }
    if (!this.#isActive || !this.#isThisSlot(intent.value)) return { type: 'decline', reason: 'expired' }
    if ((this.#declined.get(from) ?? 0) >= MAX_DECLINED_COUNTERS) return { type: 'decline', reason: 'filled' }
    const decision = this.#answer(offer, outcome)
    if (decision.type === 'counter') this.#countCounter(from, outcome)
    if (!this.#awaited.has(outcome)) {
      this.#awaited.add(outcome)
      outcome.then((result) => this.#conclude(outcome, result)).catch(this.#init.onError)
    }
    return decision
  }

  /** Who offers, as far as this home's preferences ask about it. */
  async #supplier(agent: Address): Promise<Supplier> {
    const { preferences, suppliers } = this.#init
    const { sources = [] } = preferences
    return { agent, sources: sources.length === 0 ? [] : await suppliers.sourcesOf(agent, sources) }
  }

  #countCounter(from: Address, outcome: Promise<Outcome>): void {
    const counters = this.#counters.get(outcome) ?? 0
    this.#counters.set(outcome, counters + 1)
    if (counters > 0) return
    outcome
      .then(({ type }) => {
        if (type === 'agreed') return
        this.#declined.set(from, (this.#declined.get(from) ?? 0) + (this.#counters.get(outcome) ?? 0))
      })
      .catch(this.#init.onError)
  }

  /** Answers an offer by the home's strategy, and reserves what the answer promises. */
  #answer(offer: Offer, negotiation: object): Decision {
    const { limits, strategy } = this.#init
    const { side } = this.#position
    const { quantity, price } = offer.agreement
    const bid = { quantity, price, round: Number(offer.terms.round) }
    const available = this.#position.available(negotiation)
    const reply = answer(side, limits, STRATEGIES[strategy], bid, available)
    if (reply.type === 'none') {
      return { type: 'decline', reason: this.#position.reserved > 0n ? 'busy' : 'filled' }
    }
    this.#position.reserve(negotiation, reply.type === 'accept' ? quantity : reply.proposal.quantity)
    return reply
  }

  #conclude(negotiation: object, outcome: Outcome): void {
    const agreed = outcome.type === 'agreed' ? outcome.deal.agreement.quantity : 0n
    this.#position.conclude(negotiation, agreed)
    if (outcome.type === 'agreed') {
      this.#watched.add(outcome.deal.id)
      const { network } = this.#init
      const deal = network.deal(outcome.deal.id)
      this.#onDeal(deal ?? { ...outcome.deal, state: 'void' })
    } else if (this.#position.side === 'buy') {
      this.#announce()
    }
  }

  /** A deal of this slot was opened on chain, or came to nothing. */
  #onDeal(deal: Deal): void {
    if (!this.#watched.has(deal.id)) return
    const isVoid = deal.state === 'void'
    if (!isVoid && !isOpen(deal) && deal.state !== 'settled') return
    this.#watched.delete(deal.id)
    if (isVoid) this.#position.revoke(deal.agreement.quantity)
    else this.#opened += deal.agreement.quantity
    this.#report()
    if (isVoid && this.#position.side === 'sell') this.#offerToCandidates()
  }

  /** A process that starts again in the middle of a slot counts what it has traded already. */
  #adoptDeals(): void {
    for (const deal of this.#init.network.deals()) {
      const { quantity } = deal.agreement
      if (!this.#isThisSlot(deal.terms) || hasEnded(deal) || quantity > this.#position.free) continue
      if (deal.state === 'offered') {
        this.#awaitAnswer(deal)
        continue
      }
      this.#position.conclude(deal, quantity)
      this.#watched.add(deal.id)
      this.#onDeal(deal)
    }
  }

  /** An offer that an earlier process made binds until it expires: what it promises is reserved as long. */
  #awaitAnswer({ id, agreement: { quantity } }: Deal): void {
    const negotiation = {}
    this.#position.reserve(negotiation, quantity)
    this.#init.network
      .untilDeal(id, ({ state }) => state !== 'offered')
      .then((deal) => {
        const isVoid = deal.state === 'void'
        const outcome: Outcome = isVoid
          ? { type: 'declined', reason: 'expired', detail: '' }
          : { type: 'agreed', deal }
        this.#conclude(negotiation, outcome)
      })
      .catch(this.#init.onError)
  }

  #announce(): void {
    const { network, slot, limits, strategy, preferences, onError } = this.#init
    const { free } = this.#position
    if (!this.#isActive || free === 0n) return
    network
      .publishIntent({
        side: 'buy',
        capability: 'energy.supply',
        quantity: free,
        price: concede('buy', limits, STRATEGIES[strategy], 1),
        lot: LOT,
        start: BigInt(slot.start),
        end: BigInt(slot.end),
        life: INTENT_LIFE,
        attributes: preferenceAttributes(preferences, this.#since, unixTime()),
        replay: true,
      })
      .catch(onError)
  }

  #consider(intent: ReceivedIntent): void {
    if (intent.value.side !== 'buy' || !this.#isThisSlot(intent.value)) return
    // The buyer says so again when it does want an offer.
    if (mayOffer(intent.value.attributes, this.#init.own, unixTime()) !== 'now') return
    this.#candidates.set(intent.value.agent, intent)
    this.#offerToCandidates()
  }

  /** Offers what is free to buyers in random order, so that sellers do not all begin with the same one. */
  #offerToCandidates(): void {
    const buyers = [...this.#candidates.keys()].filter((buyer) => !this.#engaged.has(buyer))
    while (this.#isActive && this.#position.free > 0n && this.#engaged.size < MAX_NEGOTIATIONS) {
      const [buyer] = buyers.splice(Math.floor(Math.random() * buyers.length), 1)
      const intent = buyer === undefined ? undefined : this.#candidates.get(buyer)
      if (buyer === undefined || intent === undefined) return
      this.#candidates.delete(buyer)
      this.#engaged.add(buyer)
      this.#negotiate(intent)
        .catch(this.#init.onError)
        .finally(() => {
          this.#engaged.delete(buyer)
          this.#offerToCandidates()
        })
    }
  }

  async #negotiate(intent: ReceivedIntent): Promise<void> {
    const { network, limits, strategy, duration } = this.#init
    await network.reach(intent)
    const negotiation = {}
    const { free } = this.#position
    if (free === 0n || !this.#isActive) return
    const quantity = free < intent.value.quantity ? free : intent.value.quantity
    const price = concede('sell', limits, STRATEGIES[strategy], 1)
    this.#position.reserve(negotiation, quantity)
    let outcome: Outcome = { type: 'declined', reason: 'failed', detail: '' }
    try {
      const decide = (counterOffer: Offer) => this.#answer(counterOffer, negotiation)
      outcome = await network.offer(intent, { quantity, price }, { duration, decide })
    } finally {
      this.#conclude(negotiation, outcome)
    }
  }

  #isThisSlot({ start, end }: { start: bigint; end: bigint }): boolean {
    return start === BigInt(this.slot.start) && end === BigInt(this.slot.end)
  }

  #report(): void {
    const open = Number(this.#position.total - this.#opened)
    this.#init.onPosition(this.#position.side === 'sell' ? open : -open)
  }
}

function unixTime(): bigint {
  return BigInt(Math.floor(Date.now() / 1000))
}
