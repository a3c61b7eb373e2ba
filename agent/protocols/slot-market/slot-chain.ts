import { getAddress, type TransactionReceipt } from 'viem'
import { ChainError } from '../../../protocol/errors.ts'
import type { Address, Hex, MarketOrder, Signed, SlotOrder, SlotReading } from '../../../protocol/types.ts'
import * as events from '../../chain/actions/clearing-events.ts'
import * as house from '../../chain/actions/clearing-house.ts'
import { balanceOf } from '../../chain/actions/ledger.ts'
import type { ChainClient } from '../../chain/client.ts'
import type { Call, Wallet } from '../../chain/wallet.ts'
import type { MarketRules } from '../../market/market-rules.ts'
import { unpackBook } from '../../market/order-book.ts'
import { type ClearedSlot, type PositionClaim, readVoided, recompute } from '../../market/slot-positions.ts'

/** Most slots whose outcome is remembered. */
const MAX_OUTCOMES = 64

export interface SlotChainComponents {
  chain: ChainClient
  wallet: Wallet
  /** Addresses of the clearing house and of the ledger. */
  house: Address
  ledger: Address
  market: Hex
  rules: MarketRules
  /** Ends what is under way. */
  signal: AbortSignal
}

/** The orders of a slot as the chain logged them, in their sequence, and what brought them. */
export interface SubmittedBook {
  words: bigint[]
  orders: SlotOrder[]
  /** One for each order. */
  transactions: Hex[]
}

/** A slot that was cleared. */
export interface SlotOutcome extends ClearedSlot {
  root: Hex
  book: SubmittedBook
  transaction: Hex
}

/** How an account's position was settled. */
export interface SlotSettlement {
  /** Minor units that the account was credited. */
  delta: bigint
  /** Wh that the meter saw beyond the quantity. */
  deviation: bigint
  transaction: Hex
}

/** One market on chain: what it says of its slots, and what is sent to it. All of it throws ChainError. */
export class SlotChain {
  readonly #components: SlotChainComponents
  /** Those of the slots that were recomputed last, by which others are settled. */
  readonly #outcomes = new Map<bigint, SlotOutcome>()

  constructor(components: SlotChainComponents) {
    this.#components = components
  }

  /** The later of this machine's time and the newest block's, Unix seconds. */
  now(): Promise<bigint> {
    return this.#components.chain.now(true)
  }

  recordOf(slot: bigint): Promise<house.SlotRecord> {
    const { chain, house: at, market } = this.#components
    return house.slotOf(chain.client, at, market, slot)
  }

  hasOrdered(slot: bigint, account: Address): Promise<boolean> {
    const { chain, house: at, market } = this.#components
    return house.hasOrdered(chain.client, at, market, slot, account)
  }

  balanceOf(account: Address): Promise<bigint> {
    const { chain, ledger, rules } = this.#components
    return balanceOf(chain.client, ledger, rules.token, account)
  }

  /** What accounts have in the ledger, all as of one block. */
  balancesOf(accounts: readonly Address[]): Promise<bigint[]> {
    const { chain, ledger, rules, signal } = this.#components
    const client = chain.batching(signal)
    return Promise.all(accounts.map((account) => balanceOf(client, ledger, rules.token, account)))
  }

  /** Those of the orders that are not in the book of their slot. */
  async missing(slot: bigint, orders: readonly Signed<MarketOrder>[]): Promise<Signed<MarketOrder>[]> {
    const { chain, house: at, market, signal } = this.#components
    const client = chain.batching(signal)
    const known = await Promise.all(
      orders.map(({ value }) => house.hasOrdered(client, at, market, slot, value.account)),
    )
    return orders.filter((_, index) => !known[index])
  }

  /** Those of the claims that were not settled. */
  async unsettled(slot: bigint, claims: readonly PositionClaim[]): Promise<PositionClaim[]> {
    const { chain, house: at, market, signal } = this.#components
    const client = chain.batching(signal)
    const settled = await Promise.all(
      claims.map(({ position }) => house.isSettled(client, at, market, slot, position.index)),
    )
    return claims.filter((_, index) => !settled[index])
  }

  async bookOf(slot: bigint): Promise<SubmittedBook> {
    const logs = await events.submissionsOf(this.#components.chain.client, this.#logs(slot))
    const batches = logs.map(({ args, transactionHash }) => ({
      args,
      transactionHash,
      orders: unpackBook(args.book).map((order) => ({ ...order, account: getAddress(order.account) })),
    }))
    return {
      words: batches.flatMap(({ args }) => args.book),
      orders: batches.flatMap(({ orders }) => orders),
      transactions: batches.flatMap(({ orders, transactionHash }) => orders.map(() => transactionHash)),
    }
  }

  /**
   * What a slot was cleared to, recomputed from its orders and held against the chain.
   *
   * @returns undefined when it was not cleared
   * @throws MeshError `CLEARING_DIFFERS`; ChainError `LOGS_MISSING` when the node has forgotten what it logged
   */
  async outcomeOf(slot: bigint): Promise<SlotOutcome | undefined> {
    const { cleared: isCleared, commitment } = await this.recordOf(slot)
    if (!isCleared) return undefined
    const known = this.#outcomes.get(slot)
    if (known?.root === commitment) return known
    const log = await events.clearedOf(this.#components.chain.client, this.#logs(slot))
    if (log === undefined) throw withoutLogs(slot)
    const book = await this.bookOf(slot)
    const voided = readVoided(log.args.voided, book.orders.length)
    const { root } = log.args
    const cleared = recompute(book.orders, voided, this.#components.rules, root)
    const outcome = { ...cleared, book, root, transaction: log.transactionHash }
    this.#remember(slot, outcome)
    return outcome
  }

  /** How an account's position was settled; undefined while it was not. */
  async settlementOf(slot: bigint, { position }: PositionClaim): Promise<SlotSettlement | undefined> {
    const { chain, house: at, market } = this.#components
    if (!(await house.isSettled(chain.client, at, market, slot, position.index))) return undefined
    const log = await events.settlementOf(chain.client, this.#logs(slot), position.account)
    if (log === undefined) return undefined
    return { ...log.args, transaction: log.transactionHash }
  }

  /** Gas that a transaction used. */
  async gasOf(hash: Hex): Promise<bigint> {
    return (await this.#components.chain.client.getTransactionReceipt({ hash })).gasUsed
  }

  submit(slot: bigint, orders: readonly Signed<MarketOrder>[]): Promise<TransactionReceipt> {
    return this.#send(house.submit(this.#components.house, this.#components.market, slot, orders))
  }

  clear(slot: bigint, book: SubmittedBook, hint: bigint): Promise<TransactionReceipt> {
    return this.#send(house.clear(this.#components.house, this.#components.market, slot, book.words, hint))
  }

  settleReadings(
    slot: bigint,
    readings: readonly { claim: PositionClaim; reading: Signed<SlotReading> }[],
  ): Promise<TransactionReceipt> {
    return this.#send(house.settleReadings(this.#components.house, this.#components.market, slot, readings))
  }

  settleSchedules(slot: bigint, claims: readonly PositionClaim[]): Promise<TransactionReceipt> {
    return this.#send(house.settleSchedules(this.#components.house, this.#components.market, slot, claims))
  }

  #remember(slot: bigint, outcome: SlotOutcome): void {
    this.#outcomes.delete(slot)
    this.#outcomes.set(slot, outcome)
    const [oldest] = this.#outcomes.keys()
    if (this.#outcomes.size > MAX_OUTCOMES && oldest !== undefined) this.#outcomes.delete(oldest)
  }

  #logs(slot: bigint): events.SlotLogs {
    const { chain, house: at, market } = this.#components
    return { house: at, market, slot, fromBlock: BigInt(chain.deployment.fromBlock) }
  }

  #send(call: Call): Promise<TransactionReceipt> {
    return this.#components.wallet.send(call, this.#components.signal)
  }
}

function withoutLogs(slot: bigint): ChainError {
  return new ChainError('LOGS_MISSING', 'The chain says that a slot was cleared, and has no log of it.', {
    field: 'rpcUrl',
    expected: `the \`Cleared\` event of slot ${slot}`,
    received: 'no log',
    remedy: 'Give the URL of a node that keeps logs since the deployment (`fromBlock`).',
  })
}
