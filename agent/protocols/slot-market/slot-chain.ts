import { getAddress } from 'viem'
import { ChainError } from '../../../protocol/errors.ts'
import type { Address, Hex, MarketOrder, Signed, SlotOrder, SlotReading } from '../../../protocol/types.ts'
import * as events from '../../chain/actions/clearing-events.ts'
import * as house from '../../chain/actions/clearing-house.ts'
import { balanceOf } from '../../chain/actions/ledger.ts'
import type { Call } from '../../chain/call.ts'
import type { ChainClient } from '../../chain/client.ts'
import type { Wallet } from '../../chain/wallet.ts'
import type { MarketRules } from '../../market/market-rules.ts'
import { unpackBook } from '../../market/order-book.ts'
import { type ClearedSlot, type PositionClaim, readVoided, recompute } from '../../market/slot-positions.ts'
import type { Budget } from '../../policy/relay-budget.ts'

/** Most slots whose outcome is remembered. */
const MAX_OUTCOMES = 64
/** Most transactions that are remembered. */
const MAX_INCLUSIONS = 256

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

/** That a transaction is in a block. */
interface Inclusion {
  gasUsed: bigint
  /** Of the block, Unix seconds. */
  time: bigint
}

/** Who pays for a transaction. */
export interface Payer {
  /** Is awaited before it is sent. */
  takeUp: () => Promise<void>
  /** What it may cost; undefined where it has no limit. */
  budget: Budget | undefined
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
  readonly #inclusions = new Map<Hex, Inclusion>()

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

  /** What the market says of accounts, all as of one block. */
  membersOf(accounts: readonly Address[]): Promise<house.Membership[]> {
    const { chain, house: at, market, signal } = this.#components
    const client = chain.batching(signal)
    return Promise.all(accounts.map((account) => house.membershipOf(client, at, market, account)))
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
    remember(this.#outcomes, slot, outcome, MAX_OUTCOMES)
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

  /** What a transaction has used, and when it was included, Unix seconds. */
  async transactionOf(hash: Hex): Promise<Inclusion> {
    const known = this.#inclusions.get(hash)
    if (known !== undefined) return known
    const { client } = this.#components.chain
    const { gasUsed, blockNumber } = await client.getTransactionReceipt({ hash })
    const inclusion = { gasUsed, time: (await client.getBlock({ blockNumber })).timestamp }
    remember(this.#inclusions, hash, inclusion, MAX_INCLUSIONS)
    return inclusion
  }

  /** Numbers of the newest block, and of the newest that is not reorganised; undefined where the node knows of none. */
  async heads(): Promise<{ latest: bigint; finalized: bigint | undefined }> {
    const { client } = this.#components.chain
    const [latest, finalized] = await Promise.all([
      client.getBlockNumber(),
      client.getBlock({ blockTag: 'finalized' }).catch(() => undefined),
    ])
    return { latest, finalized: finalized?.number ?? undefined }
  }

  submit(slot: bigint, orders: readonly Signed<MarketOrder>[], payer: Payer): Promise<void> {
    return this.#send(house.submit(this.#components.house, this.#components.market, slot, orders), payer)
  }

  clear(slot: bigint, book: SubmittedBook, hint: bigint, payer: Payer): Promise<void> {
    const { house: at, market } = this.#components
    return this.#send(house.clear(at, market, slot, book.words, hint), payer)
  }

  settleReadings(
    slot: bigint,
    readings: readonly { claim: PositionClaim; reading: Signed<SlotReading> }[],
    payer: Payer,
  ): Promise<void> {
    const { house: at, market } = this.#components
    return this.#send(house.settleReadings(at, market, slot, readings), payer)
  }

  settleSchedules(slot: bigint, claims: readonly PositionClaim[], payer: Payer): Promise<void> {
    const { house: at, market } = this.#components
    return this.#send(house.settleSchedules(at, market, slot, claims), payer)
  }

  #logs(slot: bigint): events.SlotLogs {
    const { chain, house: at, market } = this.#components
    return { house: at, market, slot, fromBlock: BigInt(chain.deployment.fromBlock) }
  }

  async #send(call: Call, { takeUp, budget }: Payer): Promise<void> {
    const { wallet, signal } = this.#components
    let reserved = 0n
    const { gasUsed, effectiveGasPrice } = await wallet.send(call, signal, async (most) => {
      await budget?.reserve(most)
      reserved = most
      await takeUp()
    })
    await budget?.spend(gasUsed * effectiveGasPrice, reserved)
  }
}

/** Adds to a map, and forgets what was added first when there is too much. */
function remember<K, V>(map: Map<K, V>, key: K, value: V, most: number): void {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > most && oldest !== undefined) map.delete(oldest)
}

function withoutLogs(slot: bigint): ChainError {
  return new ChainError('LOGS_MISSING', 'The chain says that a slot was cleared, and has no log of it.', {
    field: 'rpcUrl',
    expected: `the \`Cleared\` event of slot ${slot}`,
    received: 'no log',
    remedy: 'Give the URL of a node that keeps logs since the deployment (`fromBlock`).',
  })
}
