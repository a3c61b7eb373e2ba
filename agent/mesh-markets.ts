import { meshDomain } from '../protocol/deployment.ts'
import { hashIntent } from '../protocol/eip712.ts'
import type { Address, Hex, Intent } from '../protocol/types.ts'
import { chainRequired } from './chain/without-chain.ts'
import { checkArguments } from './inputs.ts'
import { checkDraft, type IntentDraft, intentOf } from './intent-draft.ts'
import type { Abortable } from './lifecycle.ts'
import { machineTime } from './machine-time.ts'
import { usualTariff } from './market/rides/index.ts'
import { MeshKnowledge } from './mesh-knowledge.ts'
import { listeningAt } from './network/joining.ts'
import type { Deal } from './policy/deal.ts'
import type { Guests } from './protocols/guests/index.ts'
import type { ReceivedIntent } from './protocols/intent-discovery/index.ts'
import type { Learning } from './protocols/learning/index.ts'
import type { SlotMarket, SlotMarketInit } from './protocols/slot-market/index.ts'
import { crowsWay, RideMarket, type RideMarketInit } from './rides/index.ts'
import { type TradeOptions, type TradeWish, Trading, wishedAttributes } from './trading/index.ts'

/** When the auctions of rides end, in milliseconds of Unix time. */
const PERIOD = 20_000

/** The markets in which an agent takes part, beside those of its own intents and offers; see `MeshNetwork`. */
export abstract class MeshMarkets extends MeshKnowledge {
  /**
   * Agents that have a key and no node, for which this one buys: it spreads what they sign, and opens at its cost of gas what
   * they accept; see `Guests`, and docs/protocol/guests.md.
   *
   * @throws ConfigError `CHAIN_REQUIRED` or `NOT_CONNECTED`
   */
  get guests(): Guests {
    return this.trade.guests
  }

  /**
   * The intent that a guest signs, so that offers to it come to this agent.
   *
   * @param agent the guest's address
   * @throws RefusedError `DELIVERY_OVER` or `INTENT_INVALID`; ConfigError `ATTRIBUTE_INVALID` or `LIST_TOO_LONG`, `CHAIN_REQUIRED`
   *   or `NOT_CONNECTED`
   */
  guestIntent(agent: Address, draft: IntentDraft): Intent {
    checkArguments('guestIntent', { agent, draft })
    checkDraft(draft, machineTime())
    const { area } = this.connected.membership
    return intentOf(draft, { agent, area, endpoints: this.guests.endpoints }, machineTime())
  }

  /**
   * Buys or sells a quantity for one delivery interval, in parts and with whoever comes first to terms, by a strategy: a
   * buyer announces what it still lacks, a seller offers to buyers. It goes on until it is ended, or this agent leaves.
   *
   * The quantity is all that there is to trade in the interval: what this agent has agreed to before counts, what it agrees to
   * in other ways meanwhile, and what it has offered before as long as that binds it. So a program that begins again trades
   * nothing twice; `deals()` tells of it. Of a `replay`, what has ended does not count: it was of an earlier one.
   *
   * @param onAgreed is called with each agreement that this leads to, which `settle` brings to its end once it is delivered
   * @throws ConfigError `CHAIN_REQUIRED` or `NOT_CONNECTED`, `ATTRIBUTE_INVALID` or `LIST_TOO_LONG`; RefusedError
   *   `DELIVERY_OVER` or `INTENT_INVALID`. What comes later `onError` hears, such as `BALANCE_TOO_LOW` of a purchase
   * @example
   * ```ts
   * const limits = { low: 80_000n, high: 300_000n }
   * const wish = { side: 'sell', capability: 'energy.supply', quantity: 500n, lot: 1000n, start, end, limits } as const
   * const trading = network.fill(wish, (deal) => network.settle(deal.id))
   * const preferences = { sources: ['solar', 'wind'] }
   * const need = neighbour.fill({ ...wish, side: 'buy', quantity: 300n, preferences }, (deal) => neighbour.settle(deal.id))
   * ```
   */
  fill(wish: TradeWish, onAgreed: (deal: Deal) => unknown, options: TradeOptions = {}): Trading {
    checkArguments('fill', { wish, onAgreed, options })
    const { quantity, limits, preferences: _, ...draft } = wish
    const now = machineTime()
    checkDraft({ ...draft, attributes: wishedAttributes(wish, now, now) } as IntentDraft, now)
    const { agents, intents, deals, report } = this.connected
    const { negotiation, channels } = this.trade
    const parts = { agent: this.address, agents, intents, deals, negotiation, report }
    const reach = ({ peerId, value }: ReceivedIntent) => channels.toNew(peerId, value.endpoints)
    return new Trading(
      { ...parts, reach, prepare: this.#prepare, now: machineTime },
      wish,
      onAgreed,
      options,
      this.lifecycle.until(options),
    )
  }

  /**
   * Takes part in an energy market, by its id, for as long as this agent is connected; see `SlotMarket`, and docs/sdk.md.
   *
   * @throws RefusedError `MARKET_UNKNOWN`; ConfigError `CHAIN_REQUIRED`, `TOO_MANY_MARKETS` or `CLEARING_HOUSE_MISSING`
   */
  slots(market: Hex, options: SlotMarketInit & Abortable = {}): Promise<SlotMarket> {
    checkArguments('slots', { market, options })
    return this.lifecycle.wait(options, async (signal) => this.trade.slots.enter(market, options, signal))
  }

  /**
   * Rounds in which agents train a model together, and are paid for it; see `Learning`, and docs/learning.md.
   *
   * @throws ConfigError `CHAIN_REQUIRED` or `NOT_CONNECTED`
   */
  get learning(): Learning {
    const { learning } = this.connected
    if (learning === undefined) throw chainRequired('Rounds of learning are kept by the chain.')
    return learning
  }

  /**
   * Takes part in the market for rides, for as long as this agent is connected; see `RideMarket`, and docs/rides.md. A
   * driver names `rideCapability(...)` in its `capabilities`, so that riders know of it.
   *
   * @throws ConfigError `CHAIN_REQUIRED` or `NOT_CONNECTED`
   */
  rides(options: RideMarketInit = {}): RideMarket {
    checkArguments('rides', { options })
    const { agents, intents, reputation, report } = this.connected
    const { auctions, negotiation, trips } = this.trade
    const settings = { tariff: usualTariff, way: crowsWay, period: PERIOD, ...options }
    const parts = { agents, intents, reputation, auctions, negotiation, trips, report }
    return new RideMarket(
      { ...parts, ...settings, prepare: this.#prepare, now: Date.now },
      this.lifecycle.until({}),
    )
  }

  /** An own intent, and the digest that it will have when it is signed. */
  readonly #prepare = (draft: IntentDraft) => {
    const { node, membership } = this.connected
    const maker = { agent: this.address, area: membership.area, endpoints: listeningAt(node) }
    const intent = intentOf(draft, maker, machineTime())
    return { intent, hash: hashIntent(meshDomain(membership.id), intent) }
  }
}
