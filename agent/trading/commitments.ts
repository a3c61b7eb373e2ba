import type { Hex, Offer } from '../../protocol/types.ts'
import { Position } from '../market/position.ts'
import { guarded } from '../platform/guarded.ts'
import { type Deal, hasEnded } from '../policy/deal.ts'
import type { Decision, Outcome } from '../protocols/negotiation/index.ts'
import { answer, type Tactic } from '../strategy/index.ts'
import type { TradingComponents } from './components.ts'
import type { TradeWish } from './wish.ts'

/** What a negotiation came to that failed before the other side said anything. */
export const FAILED = { type: 'declined', reason: 'failed', detail: '' } as const satisfies Outcome

/** How much of a wish is spoken for: what was promised, what was agreed, and what is free again. */
export class Commitments {
  readonly position: Position
  readonly #components: Pick<TradingComponents, 'deals' | 'report'>
  readonly #wish: TradeWish
  readonly #tactic: Tactic
  readonly #onAgreed: (deal: Deal) => void
  /** How much of the position each deal takes that has not come to nothing. */
  readonly #agreed = new Map<Hex, bigint>()
  /** Called when a negotiation or a deal is over, and something is free. */
  onFree: () => void = () => undefined

  constructor(
    components: Pick<TradingComponents, 'deals' | 'report'>,
    wish: TradeWish,
    tactic: Tactic,
    onAgreed: (deal: Deal) => unknown,
  ) {
    const { side, quantity } = wish
    this.#components = components
    this.#wish = wish
    this.#tactic = tactic
    this.#onAgreed = guarded(onAgreed, components.report)
    this.position = new Position(side === 'buy' ? -quantity : quantity)
  }

  /** Counts what was agreed for the interval before, and from now on, whoever agreed to it. @returns a function that ends it */
  start(): () => void {
    const { deals } = this.#components
    for (const deal of deals.all()) {
      if (!this.#isOfWish(deal)) continue
      if (deal.state === 'offered') this.#awaitAnswer(deal)
      else this.#commit(deal, deal)
    }
    return deals.onChange((deal) => {
      if (deal.state === 'void') this.#revoke(deal.id)
      else if (deal.state !== 'offered' && this.#isOfWish(deal)) this.#commit(deal, deal)
    })
  }

  /** Answers an offer by the strategy, and reserves what the answer promises. */
  answer({ agreement, terms }: Offer, negotiation: object): Decision {
    const { side, limits } = this.#wish
    const bid = { quantity: agreement.quantity, price: agreement.price, round: Number(terms.round) }
    const reply = answer(side, limits, this.#tactic, bid, this.position.available(negotiation))
    if (reply.type === 'none') {
      return { type: 'decline', reason: this.position.reserved > 0n ? 'busy' : 'filled' }
    }
    this.position.reserve(negotiation, reply.type === 'accept' ? bid.quantity : reply.proposal.quantity)
    return reply
  }

  /** Ends a negotiation: what it agreed on is committed, the rest is free again. */
  conclude(negotiation: object, outcome: Outcome): void {
    if (outcome.type === 'agreed') {
      const { deal } = outcome
      this.#commit(deal, negotiation)
      this.#onAgreed(deal)
      // It may have come to nothing, and be forgotten, before this was told of it.
      if (this.#components.deals.get(deal.id) === undefined) this.#revoke(deal.id)
    } else {
      this.position.conclude(negotiation, 0n)
    }
    this.#tell()
  }

  /** An offer that was made before binds until it expires: what it promises is reserved as long. */
  #awaitAnswer(deal: Deal): void {
    const { deals, report } = this.#components
    this.position.reserve(deal, least(deal.agreement.quantity, this.position.free))
    deals
      .until(deal.id, ({ state }) => state !== 'offered')
      .then((answered) =>
        this.conclude(deal, answered.state === 'void' ? FAILED : { type: 'agreed', deal: answered }),
      )
      .catch(report)
  }

  /**
   * Counts a deal once, as far as there is room for it: less may be wished for now than was agreed before. Where it is heard
   * of before its negotiation has ended, what that has reserved is held besides until then.
   */
  #commit({ id, agreement }: Deal, negotiation: object): void {
    const counted = this.#agreed.get(id) ?? 0n
    const more = least(agreement.quantity - counted, this.position.available(negotiation))
    this.position.conclude(negotiation, more)
    this.#agreed.set(id, counted + more)
  }

  /** What came to nothing before money was in escrow is free again. */
  #revoke(id: Hex): void {
    const quantity = this.#agreed.get(id)
    if (quantity === undefined) return
    this.#agreed.delete(id)
    this.position.revoke(quantity)
    this.#tell()
  }

  #tell(): void {
    if (this.position.free > 0n) this.onFree()
  }

  #isOfWish(deal: Deal): boolean {
    const { capability, side, start, end, replay = false } = this.#wish
    const { terms, role } = deal
    const isOfInterval = terms.capability === capability && terms.start === start && terms.end === end
    // A past that is traded again may have been traded again before: that is over.
    const isOfEarlierReplay = replay && hasEnded(deal)
    return isOfInterval && role === (side === 'buy' ? 'buyer' : 'seller') && !isOfEarlierReplay
  }
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
