import { createPublicClient, createWalletClient, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import type { MarketRules } from '../agent/index.ts'
import { clearingHouseAbi } from '../protocol/abis/index.ts'
import { clearingHouseOf, type Deployment } from '../protocol/deployment.ts'
import { ChainError, messageOf } from '../protocol/errors.ts'
import type { Address, Hex } from '../protocol/types.ts'
import { DEVELOPMENT_KEY } from './development-account.ts'

/** How long one call to the chain may take, in milliseconds. */
const CALL_TIMEOUT = 30_000
/** How long a meter may take to answer after its slot, in seconds. */
const READING_WINDOW = 3_600n
/** Most Wh that a home can order in a slot: far above what a house's fuses let through. */
const CAPACITY = 1_000_000n
/** Make-good prices are in steps of so many minor units, so that what is held of a seller is a whole number of them. */
const STEP = 1_000n

/** A home that is to trade. */
interface NewMember {
  address: Address
  /** Key of its meter. */
  meter: Address
  /** What it pays on each kWh that it trades, in minor units. */
  tariff: bigint
}

/** What a community decides of its market; the rest is as {@link createSlotCommunity} says. */
export interface SlotCommunityRules {
  /** Seconds. */
  slotLength: bigint
  /** Minor units per kWh that a seller pays for what it sold and did not export, at least. */
  retailPrice: bigint
  /** The highest price that an order may name, and, below zero, the lowest; minor units per kWh. */
  highest: bigint
}

/** A community's market of slots on a development chain. */
export interface SlotCommunity {
  id: Hex
  rules: MarketRules
  /** Lets homes trade, and has their meters count. */
  admit(members: readonly NewMember[]): Promise<void>
}

/**
 * Creates a community's market: its slots take orders until they begin. The
 * development account is its admin, attests the meters, earns tariffs and roundings, and answers for deviations; for those
 * it pays nothing, because what a home exports beyond what it sold goes to the grid.
 *
 * @throws ChainError `MARKET_FAILED`
 */
export async function createSlotCommunity(
  rpcUrl: string,
  deployment: Deployment,
  { slotLength, retailPrice, highest }: SlotCommunityRules,
): Promise<SlotCommunity> {
  const transport = http(rpcUrl, { timeout: CALL_TIMEOUT, retryCount: 2 })
  const account = privateKeyToAccount(DEVELOPMENT_KEY)
  const client = createPublicClient({ transport, cacheTime: 0, pollingInterval: 50 })
  const wallet = createWalletClient({ transport, account })
  const house = { address: clearingHouseOf(deployment), abi: clearingHouseAbi } as const
  const operator = account.address
  const rules: MarketRules = {
    ...{ admin: operator, attester: operator, balancing: operator, feeAccount: operator },
    token: deployment.contracts.testDollar,
    ...{ slotLength, gateLead: 0n, readingWindow: READING_WINDOW },
    ...{ minPrice: -highest, maxPrice: highest, excessPrice: 0n, capacity: CAPACITY },
    retailPrice: retailPrice > 0n ? ((retailPrice + STEP - 1n) / STEP) * STEP : 0n,
  }
  const { gateLead, readingWindow } = rules
  const onChain = {
    ...rules,
    ...{ slotLength: Number(slotLength), gateLead: Number(gateLead), readingWindow: Number(readingWindow) },
  }

  async function settled(sending: Promise<Hex>): Promise<void> {
    try {
      const hash = await sending
      const { status } = await client.waitForTransactionReceipt({ hash, timeout: CALL_TIMEOUT })
      // A call that would revert is not sent; this one did only in its block.
      if (status === 'reverted') throw new Error(`the transaction ${hash} was reverted`)
    } catch (cause) {
      throw new ChainError('MARKET_FAILED', 'The market of slots could not be set up.', {
        received: messageOf(cause),
        remedy: 'Check that the chain runs and that its development account has money.',
        cause,
      })
    }
  }

  const id = await client.readContract({ ...house, functionName: 'marketIdOf', args: [onChain] })
  const call = { ...house, chain: null } as const
  await settled(wallet.writeContract({ ...call, functionName: 'createMarket', args: [onChain, '0x'] }))
  return {
    id,
    rules,
    async admit(members) {
      const accounts = members.map(({ address }) => address)
      const tariffs = members.map(({ tariff }) => Number(tariff))
      const meters = members.map(({ meter }) => meter)
      await settled(wallet.writeContract({ ...call, functionName: 'admit', args: [id, accounts, tariffs] }))
      await settled(
        wallet.writeContract({ ...call, functionName: 'registerMeters', args: [id, accounts, meters] }),
      )
    },
  }
}
