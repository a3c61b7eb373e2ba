import type { NetworkId } from '../../../protocol/deployment.ts'
import { type Domain, hashOrder, hashSlotReading } from '../../../protocol/eip712.ts'
import { RefusedError } from '../../../protocol/errors.ts'
import type { Address, Hex, MarketOrder, Signed, SlotReading } from '../../../protocol/types.ts'
import {
  decodeMarketOrder,
  decodeSlotReading,
  encodeMarketOrder,
  encodeSlotReading,
} from '../../../protocol/wire/bodies.ts'
import type { SlotsAsk } from '../../../protocol/wire/catch-up.ts'
import type { Membership } from '../../chain/actions/clearing-house.ts'
import type { MarketRules } from '../../market/market-rules.ts'
import { slotTimes } from '../../market/slot-times.ts'
import { marketTopic, ORDERS, READINGS } from '../../network/names.ts'
import type { Cache } from '../catch-up.ts'
import {
  Gossip,
  type GossipComponents,
  type GossipKind,
  type Received,
  type Verdict,
} from '../gossip-topic.ts'
import { checkSlot, checkSteps } from './check-order.ts'
import { checkMember, type Members } from './members.ts'
import type { Heard, SlotPool } from './slot-pool.ts'

/** An order, and who signed it. */
interface SaidOrder {
  agent: Address
  order: MarketOrder
}

/** A reading, and the meter key that signed it, which is what speaks here. */
interface SaidReading {
  agent: Address
  reading: SlotReading
}

export interface SlotGossipComponents {
  gossip: GossipComponents
  network: NetworkId
  /** EIP-712 domain of the clearing house. */
  domain: Domain
  market: Hex
  marketRules: MarketRules
  members: Members
  orders: SlotPool<MarketOrder>
  readings: SlotPool<SlotReading>
  /** Unix seconds, as the chain counts them. */
  now: () => bigint
}

/** Spreads the orders and the readings of one market, each in a topic of its own, and remembers what is heard. */
export class SlotGossip {
  readonly #components: SlotGossipComponents
  readonly #orders: Gossip<SaidOrder>
  readonly #readings: Gossip<SaidReading>

  constructor(components: SlotGossipComponents) {
    this.#components = components
    this.#orders = new Gossip(components.gossip, this.#orderKind())
    this.#readings = new Gossip(components.gossip, this.#readingKind())
  }

  join(): void {
    const { network, market } = this.#components
    this.#orders.join(marketTopic(network, ORDERS, market))
    this.#readings.join(marketTopic(network, READINGS, market))
  }

  /** Signs an order, if others would carry it; see `Gossip.sign`. */
  async signOrder(order: MarketOrder): Promise<Heard<MarketOrder>> {
    const { signature, hash } = await this.#orders.sign({ agent: order.account, order })
    return { value: order, signature, hash, signer: order.account }
  }

  publishOrder(order: Heard<MarketOrder>): Promise<void> {
    return this.#orders.publish(saidOrder(order))
  }

  publishReading(reading: Heard<SlotReading>): Promise<void> {
    return this.#readings.publish(saidReading(reading))
  }

  /**
   * What neighbours are told, and tell, of orders or of readings that went by.
   *
   * @param isNews whether what this agent lacks is news to those around it, too
   */
  cache(said: SlotsAsk['type'], isNews: () => boolean): Cache {
    const { orders, readings } = this.#components
    if (said === 'orders') return cacheOf(this.#orders, orders, saidOrder, isNews)
    return cacheOf(this.#readings, readings, saidReading, isNews)
  }

  #orderKind(): GossipKind<SaidOrder> {
    const { network, domain, market, orders } = this.#components
    return {
      protocol: ORDERS,
      decode: (body) => {
        const order = decodeMarketOrder(body)
        return { agent: order.account, order }
      },
      encode: ({ order }) => encodeMarketOrder(order),
      hash: ({ order }) => hashOrder(domain, order),
      routesOf: ({ order }) => (order.market === market ? [[marketTopic(network, ORDERS, market)]] : []),
      quotaKey: () => ORDERS.name,
      domainOf: () => undefined,
      check: ({ order }) => this.#checkOrder(order),
      isKnown: ({ order }) => orders.has(order.slot, order.account),
      admit: (received) => this.#admitOrder(received),
    }
  }

  /** What the rules forbid they forbid everywhere; clocks differ, and a gate closes while orders are under way. */
  #checkOrder(order: MarketOrder): Verdict {
    const { marketRules, now } = this.#components
    try {
      checkSteps(order, marketRules)
      checkSlot(order.slot, marketRules, now())
      return 'accept'
    } catch (error) {
      return error instanceof RefusedError && error.code === 'SLOT_CLOSED' ? 'ignore' : 'reject'
    }
  }

  async #admitOrder({ value: { agent, order }, signature, hash }: Received<SaidOrder>): Promise<Verdict> {
    const { orders } = this.#components
    const { account, tariff } = order
    const membership = await this.#membershipOf(account, (known) => known.admitted && known.tariff === tariff)
    if (membership === undefined) return 'ignore'
    checkMember(account, tariff, membership)
    return orders.add({ value: order, signature, hash, signer: agent }) ? 'accept' : 'ignore'
  }

  #readingKind(): GossipKind<SaidReading> {
    const { network, domain, market, readings } = this.#components
    return {
      protocol: READINGS,
      decode: (body) => {
        const { reading, meter } = decodeSlotReading(body)
        return { agent: meter, reading }
      },
      encode: ({ agent, reading }) => encodeSlotReading(reading, agent),
      hash: ({ reading }) => hashSlotReading(domain, reading),
      routesOf: ({ reading }) =>
        reading.market === market ? [[marketTopic(network, READINGS, market)]] : [],
      quotaKey: () => READINGS.name,
      domainOf: () => undefined,
      check: ({ reading }) => this.#checkReading(reading),
      isKnown: ({ reading }) => readings.has(reading.slot, reading.account),
      admit: (received) => this.#admitReading(received),
    }
  }

  #checkReading({ slot }: SlotReading): Verdict {
    const { marketRules, now } = this.#components
    // It counts from the end of the slot on. Clocks differ, and what came too early for somebody would not come again.
    const { begin, scheduleFrom } = slotTimes(marketRules, slot)
    return now() >= begin && now() < scheduleFrom ? 'accept' : 'ignore'
  }

  async #admitReading({
    value: { agent, reading },
    signature,
    hash,
  }: Received<SaidReading>): Promise<Verdict> {
    const { readings } = this.#components
    const { account } = reading
    const membership = await this.#membershipOf(account, ({ meter }) => meter === agent)
    if (membership === undefined) return 'ignore'
    if (membership.meter !== agent) throw meterWrong(membership.meter, agent)
    return readings.add({ value: reading, signature, hash, signer: agent }) ? 'accept' : 'ignore'
  }

  /** Undefined while the chain does not answer, for which whoever passed something on is not to blame. */
  async #membershipOf(
    account: Address,
    test: (membership: Membership) => boolean,
  ): Promise<Membership | undefined> {
    try {
      return await this.#components.members.of(account, test)
    } catch (error) {
      this.#components.gossip.report(error)
      return undefined
    }
  }
}

const saidOrder = ({ value, signature, signer }: Heard<MarketOrder>): Signed<SaidOrder> => ({
  value: { agent: signer, order: value },
  signature,
})

const saidReading = ({ value, signature, signer }: Heard<SlotReading>): Signed<SaidReading> => ({
  value: { agent: signer, reading: value },
  signature,
})

function cacheOf<T extends MarketOrder | SlotReading, S extends { agent: Address }>(
  gossip: Gossip<S>,
  pool: SlotPool<T>,
  say: (heard: Heard<T>) => Signed<S>,
  isNews: () => boolean,
): Cache {
  return {
    open: () => pool.all().map((heard) => gossip.said({ ...say(heard), hash: heard.hash })),
    wants: (hash) => !pool.knows(hash),
    receive: (message, from) => gossip.receiveMissed(message, from, isNews()),
  }
}

/** Of a reading that somebody else signed than the meter that the market knows. */
function meterWrong(expected: Address, received: Address): RefusedError {
  return new RefusedError('METER_WRONG', 'A reading is not signed by the meter of its account.', {
    field: 'reading.meter',
    expected,
    received,
    remedy: 'Have the attester of the market (`rules.attester`) register the key of the meter.',
  })
}
