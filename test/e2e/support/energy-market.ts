import { createTestClient, getAddress, http, keccak256, stringToHex } from 'viem'
import { submissionsOf } from '../../../agent/chain/actions/clearing-events.ts'
import * as house from '../../../agent/chain/actions/clearing-house.ts'
import { balanceOf, deposit } from '../../../agent/chain/actions/ledger.ts'
import * as token from '../../../agent/chain/actions/token.ts'
import { type ChainClient, connectChain } from '../../../agent/chain/client.ts'
import { Wallet } from '../../../agent/chain/wallet.ts'
import type { MeshNetwork, MeshNetworkInit } from '../../../agent/index.ts'
import type { MarketRules } from '../../../agent/market/market-rules.ts'
import { unpackBook } from '../../../agent/market/order-book.ts'
import { type SlotTimes, slotTimes } from '../../../agent/market/slot-times.ts'
import { type Identity, identityFromKey } from '../../../agent/network/identity.ts'
import { DEVELOPMENT_KEY } from '../../../community/development-account.ts'
import { clearingDomain, clearingHouseOf, parseDeployment } from '../../../protocol/deployment.ts'
import { type Domain, hashOrder, hashSlotReading } from '../../../protocol/eip712.ts'
import type { Address, Hex, MarketOrder, Signed, SlotOrder, SlotReading } from '../../../protocol/types.ts'
import { fromHex } from '../../../protocol/wire/fields.ts'
import { startMarket, type TestMarket } from './market.ts'

export const DOLLAR = 1_000_000n

/** A local chain with a clearing house, agents with ten dollars each, and a clock that the test moves. */
export interface EnergyChain {
  base: TestMarket
  chain: ChainClient
  house: Address
  domain: Domain
  /** Administers the markets, and answers for deviations with a hundred dollars. */
  operator: Wallet
  /** Connects agents, the later ones by the first. */
  join(count: number, init?: (index: number) => Partial<MeshNetworkInit>): Promise<MeshNetwork[]>
  /** Creates a market with these members and a meter for each. @param rules what is to be other than by default */
  create(members: readonly Member[], rules?: Partial<MarketRules>): Promise<EnergyMarket>
  /** Gives members the tariffs that they name. */
  admit(market: Hex, members: readonly Member[]): Promise<void>
  /** Gives the chain a block of this time; until the next one its clock stands still. */
  at(time: bigint): Promise<void>
  balanceOf(account: Address): Promise<bigint>
  /** How many transactions an account has sent to the clearing house. */
  sentBy(account: Address): Promise<number>
  stop(): Promise<void>
}

/** Whom a market admits, and with what tariff; none by default. */
export interface Member {
  address: Address
  tariff?: bigint
}

export interface EnergyMarket {
  id: Hex
  rules: MarketRules
  timesOf(slot: bigint): SlotTimes
  /** The orders of a slot as the chain logged them. */
  bookOf(slot: bigint): Promise<SlotOrder[]>
}

/** A minute's slot, of which the gate closes twenty seconds before. */
const RULES = {
  ...{ slotLength: 60n, gateLead: 20n, readingWindow: 240n },
  ...{ minPrice: -500_000n, maxPrice: 1_000_000n, retailPrice: 300_000n, excessPrice: 80_000n },
}
let created = 0n

/** @param start see `startMarket` */
export async function startEnergyChain(start?: Parameters<typeof startMarket>[0]): Promise<EnergyChain> {
  const base = await startMarket(start)
  const { deployment: given, rpcUrl } = base.descriptor()
  const deployment = parseDeployment(given)
  const chain = await connectChain(rpcUrl, deployment)
  const { client } = chain
  const key = identityFromKey(fromHex(DEVELOPMENT_KEY))
  const operator = new Wallet({ ...chain, ...key, chainId: deployment.chainId })
  const time = createTestClient({ mode: 'hardhat', transport: http(rpcUrl) })
  const at = clearingHouseOf(deployment)
  const { testDollar, treasury } = deployment.contracts
  await operator.send(token.mint(testDollar, key.address, 100n * DOLLAR))
  await operator.send(token.approve(testDollar, treasury, 100n * DOLLAR))
  await operator.send(deposit(treasury, testDollar, key.address, 100n * DOLLAR))
  const admit = async (market: Hex, members: readonly Member[]) => {
    const list = members.map(({ address, tariff = 0n }) => ({ account: address, tariff }))
    await operator.send(house.admit(at, market, list))
  }
  return {
    ...{ admit, base, chain, house: at, domain: clearingDomain(deployment), operator },
    async join(count, init = () => ({})) {
      const agents: MeshNetwork[] = []
      for (let index = 0; index < count; index++) {
        const bootstrapPeers = agents[0]?.endpoints ?? []
        const agent = await base.join({ bootstrapPeers, enrolls: false, ...init(index) })
        await agent.account.ensureBalance(10n * DOLLAR)
        agents.push(agent)
      }
      return agents
    },
    async create(members, changed = {}) {
      created += 1n
      const rules: MarketRules = {
        ...{ admin: key.address, attester: key.address, balancing: key.address, token: testDollar },
        feeAccount: `0x${'fe'.repeat(20)}`,
        ...RULES,
        // Another market for each call.
        capacity: 10_000n + created,
        ...changed,
      }
      const id = await house.marketIdOf(client, at, rules)
      await operator.send(house.createMarket(at, rules))
      await admit(id, members)
      const meters = members.map(({ address }) => ({ account: address, meter: meterOf(address).address }))
      await operator.send(house.registerMeters(at, id, meters))
      return {
        ...{ id, rules, timesOf: (slot) => slotTimes(rules, slot) },
        async bookOf(slot) {
          const logs = await submissionsOf(client, { house: at, market: id, slot, fromBlock: 0n })
          const orders = logs.flatMap(({ args }) => unpackBook(args.book))
          return orders.map((order) => ({ ...order, account: getAddress(order.account) }))
        },
      }
    },
    async at(timestamp) {
      await time.setNextBlockTimestamp({ timestamp })
      await time.mine({ blocks: 1 })
    },
    balanceOf: (account) => balanceOf(client, treasury, testDollar, account),
    async sentBy(account) {
      const last = Number(await client.getBlockNumber())
      const blocks = await Promise.all(
        Array.from({ length: last + 1 }, (_, number) =>
          client.getBlock({ blockNumber: BigInt(number), includeTransactions: true }),
        ),
      )
      const sent = blocks.flatMap(({ transactions }) => transactions)
      return sent.filter(
        ({ from, to }) => getAddress(from) === account && to !== null && getAddress(to) === at,
      ).length
    },
    stop: () => base.stop(),
  }
}

/** The key of an account's meter. */
export function meterOf(account: Address): Identity {
  return identityFromKey(fromHex(keccak256(stringToHex(`meter of ${account}`))))
}

/** What a meter signs; by default that of the account. */
export function read(
  domain: Domain,
  value: SlotReading,
  meter = meterOf(value.account),
): Signed<SlotReading> {
  return { value, signature: meter.sign(hashSlotReading(domain, value)) }
}

/** What an account signs. */
export function sign(domain: Domain, value: MarketOrder, key: Identity): Signed<MarketOrder> {
  return { value, signature: key.sign(hashOrder(domain, value)) }
}
