import { createPublicClient, createTestClient, getAddress, http, keccak256, stringToHex } from 'viem'
import { submissionsOf } from '../../../agent/chain/actions/clearing-events.ts'
import * as house from '../../../agent/chain/actions/clearing-house.ts'
import { balanceOf, deposit } from '../../../agent/chain/actions/ledger.ts'
import * as token from '../../../agent/chain/actions/token.ts'
import { type ChainClient, connectChain } from '../../../agent/chain/client.ts'
import { type Call, Wallet } from '../../../agent/chain/wallet.ts'
import type { MeshNetwork, MeshNetworkInit } from '../../../agent/index.ts'
import type { MarketRules } from '../../../agent/market/market-rules.ts'
import { unpackBook } from '../../../agent/market/order-book.ts'
import { type SlotTimes, slotTimes } from '../../../agent/market/slot-times.ts'
import { type Identity, identityFromKey } from '../../../agent/network/identity.ts'
import { DEVELOPMENT_KEY } from '../../../community/development-account.ts'
import { clearingDomain, clearingHouseOf, parseDeployment } from '../../../protocol/deployment.ts'
import { hashOrder, hashSlotReading } from '../../../protocol/eip712.ts'
import type { Address, Hex, MarketOrder, Signed, SlotOrder, SlotReading } from '../../../protocol/types.ts'
import { fromHex } from '../../../protocol/wire/fields.ts'
import { startMarket, type TestMarket } from './market.ts'

/** Seconds; a minute's slot, of which the gate closes twenty seconds before. */
const TIMES = { slotLength: 60n, gateLead: 20n, readingWindow: 240n }
/** One dollar. */
export const DOLLAR = 1_000_000n

/** An energy market on a local chain, whose clock the test moves. */
export interface EnergyMarket {
  base: TestMarket
  chain: ChainClient
  id: Hex
  rules: MarketRules
  house: Address
  /** Administers the market, and answers for deviations with a hundred dollars. */
  operator: Wallet
  /** Connects agents, one after the other by the first, each with ten dollars. */
  join(count: number, init?: (index: number) => Partial<MeshNetworkInit>): Promise<MeshNetwork[]>
  /** Admits agents, with a meter each. */
  admit(agents: readonly { address: Address }[], tariff?: bigint): Promise<void>
  /** The key of an agent's meter. */
  meterOf(account: Address): Identity
  /** What the meter of an account signs. */
  read(reading: SlotReading, meter?: Identity): Signed<SlotReading>
  /** What an agent signs. */
  sign(order: MarketOrder, key: Identity): Signed<MarketOrder>
  /** Sets the chain's clock, with a block of that time. */
  at(time: bigint): Promise<void>
  /** The chain's clock, which stands still in between: tests only move it. */
  now(): Promise<bigint>
  timesOf(slot: bigint): SlotTimes
  /** The orders of a slot as the chain logged them. */
  bookOf(slot: bigint): Promise<SlotOrder[]>
  balanceOf(account: Address): Promise<bigint>
  /** Sends a call to the clearing house. */
  send(call: Call): Promise<void>
  stop(): Promise<void>
}

/** @param rules what is to be other than by default */
export async function startEnergyMarket(rules: Partial<MarketRules> = {}): Promise<EnergyMarket> {
  const base = await startMarket()
  const { deployment: given, rpcUrl } = base.descriptor()
  const deployment = parseDeployment(given)
  const chain = await connectChain(rpcUrl, deployment)
  const key = identityFromKey(fromHex(DEVELOPMENT_KEY))
  const operator = new Wallet({ ...chain, ...key, chainId: deployment.chainId })
  const time = createTestClient({ mode: 'hardhat', transport: http(rpcUrl) })
  const client = createPublicClient({ transport: http(rpcUrl), cacheTime: 0 })
  const at = clearingHouseOf(deployment)
  const domain = clearingDomain(deployment)
  const market: MarketRules = {
    admin: key.address,
    token: deployment.contracts.testDollar,
    attester: key.address,
    balancing: key.address,
    feeAccount: `0x${'fe'.repeat(20)}`,
    ...TIMES,
    minPrice: -500_000n,
    maxPrice: 1_000_000n,
    retailPrice: 300_000n,
    excessPrice: 80_000n,
    capacity: 10_000n,
    ...rules,
  }
  const send = async (call: Call) => {
    await operator.send(call)
  }
  const { treasury } = deployment.contracts
  await send(token.mint(market.token, key.address, 100n * DOLLAR))
  await send(token.approve(market.token, treasury, 100n * DOLLAR))
  await send(deposit(treasury, market.token, key.address, 100n * DOLLAR))
  const id = await house.marketIdOf(client, at, market)
  await send(house.createMarket(at, market))
  const meterOf = (account: Address) =>
    identityFromKey(fromHex(keccak256(stringToHex(`meter of ${account}`))))
  return {
    ...{ base, chain, id, rules: market, house: at, operator, meterOf, send },
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
    async admit(agents, tariff = 0n) {
      const accounts = agents.map(({ address }) => address)
      await send(
        house.admit(
          at,
          id,
          accounts.map((account) => ({ account, tariff })),
        ),
      )
      const meters = accounts.map((account) => ({ account, meter: meterOf(account).address }))
      await send(house.registerMeters(at, id, meters))
    },
    read: (value, meter = meterOf(value.account)) => ({
      value,
      signature: meter.sign(hashSlotReading(domain, value)),
    }),
    sign: (value, signer) => ({ value, signature: signer.sign(hashOrder(domain, value)) }),
    async at(timestamp) {
      await time.setNextBlockTimestamp({ timestamp })
      await time.mine({ blocks: 1 })
    },
    now: async () => (await client.getBlock()).timestamp,
    timesOf: (slot) => slotTimes(market, slot),
    async bookOf(slot) {
      const logs = await submissionsOf(client, { house: at, market: id, slot, fromBlock: 0n })
      const orders = logs.flatMap(({ args }) => unpackBook(args.book))
      return orders.map((order) => ({ ...order, account: getAddress(order.account) }))
    },
    balanceOf: (account) => balanceOf(client, treasury, market.token, account),
    stop: () => base.stop(),
  }
}
