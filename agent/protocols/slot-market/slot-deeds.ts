import type { Address, MarketOrder, Signed, SlotReading } from '../../../protocol/types.ts'
import { clearSlot, worstCost } from '../../market/clearing.ts'
import type { MarketRules } from '../../market/market-rules.ts'
import type { Deed } from '../../market/slot-duties.ts'
import type { PositionClaim } from '../../market/slot-positions.ts'
import type { Budget } from '../../policy/relay-budget.ts'
import { MAX_BATCH, MAX_ORDERS } from './constants.ts'
import { checkMember } from './members.ts'
import type { Payer, SlotChain } from './slot-chain.ts'
import type { SlotPool } from './slot-pool.ts'

export interface SlotDeedsComponents {
  onChain: SlotChain
  rules: MarketRules
  /** Whose own orders and positions are looked after. */
  agent: Address
  orders: SlotPool<MarketOrder>
  readings: SlotPool<SlotReading>
  /** The own order for a slot, if there is one. */
  ownOrder: (slot: bigint) => Signed<MarketOrder> | undefined
  /** What may be spent for others in a slot, at a time in Unix seconds. */
  budgetOf: (slot: bigint, now: bigint) => Budget
}

/**
 * What agents do for a slot, each by looking at the chain first: nobody pays for what is done already, and whoever was
 * left out is not left out by the next one.
 */
export class SlotDeeds {
  readonly #components: SlotDeedsComponents

  constructor(components: SlotDeedsComponents) {
    this.#components = components
  }

  /**
   * Does a deed, if it is still to be done.
   *
   * @param takeUp is awaited before a transaction is sent
   * @param now Unix seconds, on whose day it is paid for
   * @throws ChainError when the chain refuses or does not answer; MeshError `CLEARING_DIFFERS`; RefusedError `RELAY_LIMIT` when
   *   it is for others and too dear, `NOT_MEMBER` or `TARIFF_WRONG` of an own order that the market would not take any more
   */
  do(deed: Deed, slot: bigint, takeUp: () => Promise<void>, now: bigint): Promise<void> {
    const own = { takeUp, budget: undefined }
    const relayer = { takeUp, budget: this.#components.budgetOf(slot, now) }
    const isSale = ({ position }: PositionClaim) => position.quantity < 0n
    const isOwn = ({ position }: PositionClaim) => position.account === this.#components.agent
    switch (deed) {
      case 'relay':
        return this.#relay(slot, relayer)
      case 'submit':
        return this.#submitOwn(slot, own)
      case 'clear':
        return this.#clear(slot, relayer)
      case 'clearOwn':
        return this.#clear(slot, own)
      case 'read':
        return this.#settleByReadings(slot, relayer, () => true)
      case 'readOwn':
        return this.#settleByReadings(slot, own, (claim) => isSale(claim) && isOwn(claim))
      // Without a reading, only a seller has something to get: its reserve.
      case 'schedule':
        return this.#settleBySchedule(slot, relayer, isSale)
      case 'scheduleOwn':
        return this.#settleBySchedule(slot, own, (claim) => isSale(claim) && isOwn(claim))
    }
  }

  /** Submits what was heard, is not there, and would be taken: whoever cannot cover its order, pays for that itself. */
  async #relay(slot: bigint, payer: Payer): Promise<void> {
    const { onChain, orders } = this.#components
    const missing = await onChain.missing(slot, orders.of(slot))
    if (missing.length === 0) return
    const { count } = await onChain.recordOf(slot)
    const acceptable = (await this.#acceptable(missing)).slice(0, MAX_ORDERS - count)
    for (const batch of batches(acceptable)) {
      await onChain.submit(slot, batch, payer)
    }
  }

  /** Those of the orders that their accounts cover, with the tariff that is theirs now. */
  async #acceptable(orders: readonly Signed<MarketOrder>[]): Promise<Signed<MarketOrder>[]> {
    const { onChain, rules } = this.#components
    const accounts = orders.map(({ value }) => value.account)
    const [balances, members] = await Promise.all([onChain.balancesOf(accounts), onChain.membersOf(accounts)])
    return orders.filter(({ value }, index) => {
      const isCovered = worstCost(value, rules) <= (balances[index] ?? 0n)
      return isCovered && members[index]?.admitted === true && members[index]?.tariff === value.tariff
    })
  }

  async #submitOwn(slot: bigint, payer: Payer): Promise<void> {
    const { onChain, agent, ownOrder } = this.#components
    const order = ownOrder(slot)
    if (order === undefined || (await onChain.hasOrdered(slot, agent))) return
    const [membership] = await onChain.membersOf([agent])
    if (membership !== undefined) checkMember(agent, order.value.tariff, membership)
    await onChain.submit(slot, [order], payer)
  }

  async #clear(slot: bigint, payer: Payer): Promise<void> {
    const { onChain, rules } = this.#components
    const { count, cleared } = await onChain.recordOf(slot)
    if (count === 0 || cleared) return
    const book = await onChain.bookOf(slot)
    const balances = await onChain.balancesOf(book.orders.map(({ account }) => account))
    const { price } = clearSlot(book.orders, balances, rules)
    try {
      await onChain.clear(slot, book, price, payer)
    } catch (error) {
      // Somebody else was faster.
      if (!(await onChain.recordOf(slot)).cleared) throw error
    }
  }

  async #settleByReadings(
    slot: bigint,
    payer: Payer,
    test: (claim: PositionClaim) => boolean,
  ): Promise<void> {
    const { onChain, readings } = this.#components
    const claims = await this.#unsettled(slot, (claim) => {
      return readings.has(slot, claim.position.account) && test(claim)
    })
    const pairs = claims.flatMap((claim) => {
      const reading = readings.get(slot, claim.position.account)
      return reading === undefined ? [] : { claim, reading }
    })
    for (const batch of batches(pairs)) {
      await onChain.settleReadings(slot, batch, payer)
    }
  }

  async #settleBySchedule(
    slot: bigint,
    payer: Payer,
    test: (claim: PositionClaim) => boolean,
  ): Promise<void> {
    const claims = await this.#unsettled(slot, test)
    for (const batch of batches(claims)) {
      await this.#components.onChain.settleSchedules(slot, batch, payer)
    }
  }

  async #unsettled(slot: bigint, test: (claim: PositionClaim) => boolean): Promise<PositionClaim[]> {
    const { onChain } = this.#components
    const outcome = await onChain.outcomeOf(slot)
    const claims = outcome?.claims.filter(test) ?? []
    return claims.length === 0 ? [] : onChain.unsettled(slot, claims)
  }
}

function* batches<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < list.length; from += MAX_BATCH) yield list.slice(from, from + MAX_BATCH)
}
