import type { Deal, DealState } from '../../../../agent/policy/deal.ts'
import { Deals } from '../../../../agent/policy/deals.ts'
import { memoryJournal } from '../../../../agent/policy/journal.ts'
import type { ReceivedCapability } from '../../../../agent/protocols/agent-discovery/index.ts'
import type { ReceivedIntent } from '../../../../agent/protocols/intent-discovery/index.ts'
import type { Decision, OfferHandler, Outcome } from '../../../../agent/protocols/negotiation/index.ts'
import { sourceAttribute } from '../../../../agent/strategy/index.ts'
import { type TradeWish, Trading, type TradingComponents } from '../../../../agent/trading/index.ts'
import { capabilityOf } from '../../../../protocol/capability.ts'
import type { Address, Hex } from '../../../../protocol/types.ts'
import { sampleDeal } from '../../support/deals.ts'
import { alice, NOW, newIdentity, receivedIntent } from '../../support/intents.ts'
import { negotiatedAbout, offerOf } from '../../support/offers.ts'

/** A wish for the quarter of an hour of `receivedIntent`. */
export function wishOf(side: 'buy' | 'sell', quantity: bigint, changes: Partial<TradeWish> = {}): TradeWish {
  const interval = { start: NOW, end: NOW + 900n, capability: 'energy.supply', lot: 1000n }
  return { ...interval, side, quantity, limits: { low: 80_000n, high: 300_000n }, ...changes }
}

/** A deal about such a wish, of any terms beyond those. */
export function dealOf(
  role: 'buyer' | 'seller',
  quantity: bigint,
  state: DealState,
  changes: { start?: bigint } = {},
): Deal {
  const { start = NOW } = changes
  const sample = sampleDeal({ role, state })
  const terms = { ...sample.terms, capability: 'energy.supply', start, end: start + 900n }
  return { ...sample, terms, agreement: { ...sample.agreement, quantity } }
}

export const DECLINED: Outcome = { type: 'declined', reason: 'price', detail: '' }

interface OwnOffer {
  to: Address
  quantity: bigint
  /** What is said to a counter-offer. */
  counter(quantity: bigint, price: bigint): Decision | Promise<Decision>
  /** Ends its negotiation. */
  end(outcome: Outcome): void
}

/** Alice's agent, which trades, and all that it sees of others. */
export class FakeMarket {
  readonly deals: Deals
  readonly intents: ReceivedIntent[] = []
  readonly offers: OwnOffer[] = []
  readonly agreed: Deal[] = []
  readonly faults: unknown[] = []
  /** What agents say to be their sources; of others nothing is known, */
  readonly sources = new Map<Address, string[]>()
  /** but by asking. */
  readonly findable = new Map<Address, string[]>()
  lookUps = 0
  now = NOW
  unreachable = new Set<Address>()
  readonly #handlers = new Map<Hex, OfferHandler>()
  readonly #listeners = new Set<(intent: ReceivedIntent) => void>()

  /** @param known what the journal holds */
  constructor(known: readonly Deal[] = []) {
    this.deals = new Deals(memoryJournal(), known)
  }

  trade(wish: TradeWish, signal = new AbortController().signal): Trading {
    return new Trading(this.#components(), wish, (deal) => this.agreed.push(deal), {}, signal)
  }

  /** Has somebody ask for this much. */
  ask(quantity: bigint, changes: Parameters<typeof receivedIntent>[0] = {}, maker = newIdentity()): Address {
    const intent = receivedIntent({ quantity, ...changes }, maker)
    for (const hear of this.#listeners) hear(intent)
    return maker.address
  }

  /**
   * Offers to the own intent that was published last.
   *
   * @returns what is said to it, and how to end the negotiation
   */
  async offer(
    from: Address,
    [quantity, price]: readonly [bigint, bigint],
  ): Promise<{ decision: Decision; end: (outcome: Outcome) => void }> {
    const intent = this.intents.at(-1)
    const handler = intent && this.#handlers.get(intent.hash)
    if (intent === undefined || handler === undefined) throw new Error('nothing is asked for')
    const { promise: outcome, resolve: end } = Promise.withResolvers<Outcome>()
    const { offer } = offerOf(negotiatedAbout('buy'), { quantity, price })
    return { decision: await handler({ intent, offer, role: 'buyer', from, outcome }), end }
  }

  #components(): TradingComponents {
    const { deals, findable, sources } = this
    const recordOf = (agent: Address) => {
      const said = sources.get(agent)
      const capability = said && capabilityOf({ name: 'energy.supply', attributes: [sourceAttribute(said)] })
      return capability && ({ value: { capabilities: [capability] } } as ReceivedCapability)
    }
    return {
      agent: alice.address,
      agents: {
        recordOf,
        discover: async () => {
          this.lookUps++
          for (const [agent, said] of findable) sources.set(agent, said)
          return []
        },
      },
      deals,
      intents: {
        open: () => [],
        publish: async (value) => this.intents.at(-1) ?? receivedIntent(value),
        subscribe: (fn) => {
          this.#listeners.add(fn)
          return () => this.#listeners.delete(fn)
        },
      },
      negotiation: {
        checkPayable: async () => {
          throw new Error('BALANCE_TOO_LOW')
        },
        onOfferTo: (hash, handler) => {
          this.#handlers.set(hash, handler)
          return () => this.#handlers.delete(hash)
        },
        offer: (intent, { quantity }, { decide }) => {
          const { promise, resolve: end } = Promise.withResolvers<Outcome>()
          const counter = (quantity: bigint, price: bigint) =>
            decide(offerOf(negotiatedAbout('buy'), { quantity, price }).offer)
          this.offers.push({ to: intent.value.agent, quantity, counter, end })
          return promise
        },
      },
      reach: async ({ value }) => {
        if (this.unreachable.has(value.agent)) throw new Error('PEER_UNREACHABLE')
      },
      prepare: ({ quantity, attributes = [] }) => {
        const intent = receivedIntent({ quantity, attributes, nonce: BigInt(this.intents.length) })
        this.intents.push(intent)
        return { intent: intent.value, hash: intent.hash }
      },
      now: () => this.now,
      report: (error) => this.faults.push(error),
    }
  }
}
