import { createPublicClient, getAddress, http } from 'viem'
import {
  type Address,
  type Clearing,
  type MarketRules,
  readVoided,
  recompute,
  type SlotOrder,
  unpackBook,
} from '../agent/index.ts'
import { clearingHouseAbi, ledgerAbi } from '../protocol/abis/index.ts'
import { clearingHouseOf, type Deployment } from '../protocol/deployment.ts'
import type { Hex } from '../protocol/types.ts'

/** How long one call to the chain may take, in milliseconds. */
const CALL_TIMEOUT = 15_000

/** A slot as the chain tells of it. */
export interface ChronicledSlot {
  slot: bigint
  /** In the sequence in which they came into the book. */
  orders: SlotOrder[]
  /** Minor units per kWh. */
  price: bigint
  /** Wh that changed hands. */
  quantity: bigint
  /** What the orders come to, recomputed, and held against the root that the chain has; one entry for each of them. */
  clearing: Clearing
}

/** How a position ended. */
interface Settlement {
  account: Address
  /** Minor units that a seller was credited. */
  delta: bigint
  /** Wh that the meter saw beyond what was sold or bought. */
  deviation: bigint
}

/** What a market's transactions have cost, those that failed, too. */
export interface Spent {
  transactions: number
  gas: bigint
  /** Of calldata. */
  bytes: bigint
}

/** Reads one market of a clearing house: what its slots came to, by the chain alone. All of it throws what viem does. */
export class SlotChronicle {
  readonly #client
  readonly #house
  readonly #ledger
  readonly #market: Hex
  readonly #rules: MarketRules
  readonly #fromBlock: bigint

  constructor(rpcUrl: string, deployment: Deployment, market: Hex, rules: MarketRules) {
    const transport = http(rpcUrl, { timeout: CALL_TIMEOUT, retryCount: 2 })
    this.#client = createPublicClient({ transport, cacheTime: 0 })
    this.#house = { address: clearingHouseOf(deployment), abi: clearingHouseAbi } as const
    this.#ledger = { address: deployment.contracts.treasury, abi: ledgerAbi } as const
    this.#market = market
    this.#rules = rules
    this.#fromBlock = BigInt(deployment.fromBlock)
  }

  /** How many orders a slot's book has. */
  async countOf(slot: bigint): Promise<number> {
    const args = [this.#market, slot] as const
    const [count] = await this.#client.readContract({ ...this.#house, functionName: 'slotOf', args })
    return count
  }

  /** What a slot came to; undefined while it is not cleared. @throws MeshError `CLEARING_DIFFERS` */
  async slot(slot: bigint): Promise<ChronicledSlot | undefined> {
    const [cleared] = await this.#client.getContractEvents({ ...this.#eventsOf(slot), eventName: 'Cleared' })
    if (cleared === undefined) return undefined
    const submitted = await this.#client.getContractEvents({
      ...this.#eventsOf(slot),
      eventName: 'OrdersSubmitted',
    })
    const orders = submitted
      .flatMap(({ args }) => unpackBook(args.book))
      .map((order) => ({ ...order, account: getAddress(order.account) }))
    const { price, quantity, root, voided } = cleared.args
    const { clearing } = recompute(orders, readVoided(voided, orders.length), this.#rules, root)
    return { slot, orders, price, quantity, clearing }
  }

  /** How the positions of a slot ended, those that did. */
  async settlementsOf(slot: bigint): Promise<Settlement[]> {
    const logs = await this.#client.getContractEvents({
      ...this.#eventsOf(slot),
      eventName: 'PositionSettled',
    })
    return logs.map(({ args: { account, delta, deviation } }) => ({
      account: getAddress(account),
      delta,
      deviation,
    }))
  }

  /** What an account has in the ledger, and what was paid in for it, in minor units. */
  async accountOf(account: Address): Promise<{ balance: bigint; deposited: bigint }> {
    const { token } = this.#rules
    const balance = await this.#client.readContract({
      ...this.#ledger,
      functionName: 'balanceOf',
      args: [token, account],
    })
    const deposits = await this.#client.getContractEvents({
      ...this.#ledger,
      eventName: 'Deposited',
      args: { token, account },
      fromBlock: this.#fromBlock,
      strict: true,
    })
    return { balance, deposited: deposits.reduce((all, { args }) => all + args.amount, 0n) }
  }

  /** What the clearing house holds of sellers whose meters have not answered, in minor units. */
  async held(): Promise<bigint> {
    return (await this.accountOf(this.#house.address)).balance
  }

  /** What was sent to the clearing house from a block on. */
  async spent(fromBlock: bigint): Promise<Spent> {
    const spent: Spent = { transactions: 0, gas: 0n, bytes: 0n }
    const last = await this.#client.getBlockNumber()
    for (let blockNumber = fromBlock; blockNumber <= last; blockNumber++) {
      const block = await this.#client.getBlock({ blockNumber, includeTransactions: true })
      for (const { to, hash, input } of block.transactions) {
        if (to === null || getAddress(to) !== getAddress(this.#house.address)) continue
        spent.transactions += 1
        spent.gas += (await this.#client.getTransactionReceipt({ hash })).gasUsed
        spent.bytes += BigInt(input.length / 2 - 1)
      }
    }
    return spent
  }

  /** Number of the newest block. */
  head(): Promise<bigint> {
    return this.#client.getBlockNumber()
  }

  #eventsOf(slot: bigint) {
    const args = { market: this.#market, slot }
    return { ...this.#house, args, fromBlock: this.#fromBlock, strict: true } as const
  }
}
