import type { Address, Hex, MarketOrder, Signed } from '../../../protocol/types.ts'
import { LOT, reserveOf } from '../../market/clearing.ts'
import type { MarketRules } from '../../market/market-rules.ts'
import type { PositionClaim } from '../../market/slot-positions.ts'
import { slotTimes } from '../../market/slot-times.ts'
import type { SlotReceipt } from '../../policy/slot-receipt.ts'
import type { SlotChain, SlotOutcome, SlotSettlement } from './slot-chain.ts'

/** Tells what came of own orders, by what the chain says alone. */
export class SlotFollower {
  readonly #onChain: SlotChain
  readonly #agent: Address
  readonly #rules: MarketRules

  constructor(components: { onChain: SlotChain; agent: Address; rules: MarketRules }) {
    this.#onChain = components.onChain
    this.#agent = components.agent
    this.#rules = components.rules
  }

  /** The receipt of an order of which nothing is known yet. */
  begin({ value: { market, slot, account, side } }: Signed<MarketOrder>): SlotReceipt {
    return {
      ...{ market, slot, account, side, stage: 'ordered' },
      ...{ quantity: 0n, price: 0n, balance: 0n, fee: 0n, reserve: 0n, deviation: undefined, gas: 0n },
    }
  }

  /**
   * What has become of an order, by what the chain says now: nothing that it said before counts, for it may have been
   * reorganised.
   *
   * @param now Unix seconds
   * @throws ChainError when the chain does not answer; MeshError `CLEARING_DIFFERS`
   */
  async follow(order: Signed<MarketOrder>, now: bigint): Promise<SlotReceipt> {
    const { slot } = order.value
    const { gate, end } = slotTimes(this.#rules, slot)
    const receipt = this.begin(order)
    const outcome = now < gate ? undefined : await this.#onChain.outcomeOf(slot)
    const claim = outcome?.claims.find(({ position }) => position.account === this.#agent)
    if (outcome === undefined) {
      if (await this.#onChain.hasOrdered(slot, this.#agent)) {
        return { ...receipt, stage: now < end ? 'accepted' : 'lapsed' }
      }
      return { ...receipt, stage: now < gate ? 'ordered' : 'missed' }
    }
    if (claim === undefined) return { ...receipt, stage: 'missed' }
    const cleared = await this.#cleared(order.value, receipt, outcome)
    return cleared.stage === 'cleared' ? this.#followPosition(cleared, claim, now) : cleared
  }

  async #cleared(
    { slot, tariff }: MarketOrder,
    receipt: SlotReceipt,
    { clearing, claims, book, transaction }: SlotOutcome,
  ): Promise<SlotReceipt> {
    const index = claims.findIndex(({ position }) => position.account === this.#agent)
    const quantity = clearing.fills[index] ?? 0n
    const submission = book.transactions[index]
    const count = BigInt(claims.length)
    const gas = [
      submission === undefined ? 0n : await this.#shareOf(submission, sharers(book.transactions, submission)),
      await this.#shareOf(transaction, count),
    ]
    const sold = quantity < 0n ? -quantity : 0n
    const volume = quantity < 0n ? -quantity : quantity
    return {
      ...receipt,
      stage: volume === 0n ? 'settled' : 'cleared',
      slot,
      quantity,
      price: clearing.price,
      balance: clearing.deltas[index] ?? 0n,
      fee: (tariff * volume) / LOT,
      reserve: reserveOf(sold, this.#rules.retailPrice),
      gas: sum(gas),
    }
  }

  async #followPosition(receipt: SlotReceipt, claim: PositionClaim, now: bigint): Promise<SlotReceipt> {
    const { slot, quantity } = receipt
    const { end, scheduleFrom } = slotTimes(this.#rules, slot)
    if (now < end) return receipt
    const settlement = await this.#onChain.settlementOf(slot, claim)
    if (settlement !== undefined) return this.#settled(receipt, settlement, scheduleFrom)
    // What a buyer did not use it has bought: where nothing was measured, nothing more comes.
    return quantity > 0n && now >= scheduleFrom ? { ...receipt, stage: 'settled' } : receipt
  }

  /** @param scheduleFrom from when on it was settled without a reading, which then tells of no deviation */
  async #settled(
    receipt: SlotReceipt,
    { delta, deviation, transaction }: SlotSettlement,
    scheduleFrom: bigint,
  ): Promise<SlotReceipt> {
    const { gasUsed, time } = await this.#onChain.transactionOf(transaction)
    return {
      ...receipt,
      stage: 'settled',
      balance: receipt.balance + delta,
      reserve: 0n,
      deviation: time < scheduleFrom ? deviation : undefined,
      gas: receipt.gas + gasUsed,
    }
  }

  /** Of the gas of a transaction, that of one of so many orders, rounded up. */
  async #shareOf(transaction: Hex, count: bigint): Promise<bigint> {
    return ((await this.#onChain.transactionOf(transaction)).gasUsed + count - 1n) / count
  }
}

function sharers(transactions: readonly Hex[], transaction: Hex): bigint {
  return BigInt(transactions.filter((each) => each === transaction).length)
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((all, value) => all + value, 0n)
}
