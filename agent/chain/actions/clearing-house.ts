import { concatHex, numberToHex, type PublicClient, size } from 'viem'
import { clearingHouseAbi } from '../../../protocol/abis/index.ts'
import type { Address, Hex, MarketOrder, Signed, SlotReading } from '../../../protocol/types.ts'
import type { MarketRules } from '../../market/market-rules.ts'
import { packBook } from '../../market/order-book.ts'
import type { PositionClaim } from '../../market/slot-positions.ts'
import { type Call, callTo } from '../call.ts'

/** Where a slot stands on chain. */
export interface SlotRecord {
  /** How many orders it has. */
  count: number
  cleared: boolean
  /** Minor units per kWh; 0n until it is cleared. */
  price: bigint
  /** Hash chain over its orders, and from the clearing on the root of its positions. */
  commitment: Hex
}

/** Creates a market, of which the sender is the balancing account, or has its signed consent. */
export function createMarket(house: Address, rules: MarketRules, consent: Hex = '0x'): Call {
  return callTo(house, {
    abi: clearingHouseAbi,
    functionName: 'createMarket',
    args: [rulesOnChain(rules), consent],
  })
}

/** Admits accounts with their tariffs in minor units per kWh, as the market's admin. */
export function admit(
  house: Address,
  market: Hex,
  members: readonly { account: Address; tariff: bigint }[],
): Call {
  const accounts = members.map(({ account }) => account)
  return callTo(house, {
    abi: clearingHouseAbi,
    functionName: 'admit',
    args: [market, accounts, members.map(({ tariff }) => Number(tariff))],
  })
}

/** Says which meter keys count for accounts, as the market's attester. */
export function registerMeters(
  house: Address,
  market: Hex,
  members: readonly { account: Address; meter: Address }[],
): Call {
  return callTo(house, {
    abi: clearingHouseAbi,
    functionName: 'registerMeters',
    args: [market, members.map(({ account }) => account), members.map(({ meter }) => meter)],
  })
}

/** Adds signed orders to their slot; anybody may send it until the gate closes. All are of one market and slot. */
export function submit(
  house: Address,
  market: Hex,
  slot: bigint,
  orders: readonly Signed<MarketOrder>[],
): Call {
  const signatures = orders.flatMap(({ signature }) => [numberToHex(size(signature), { size: 2 }), signature])
  return callTo(house, {
    abi: clearingHouseAbi,
    functionName: 'submit',
    args: [market, slot, packBook(orders.map(({ value }) => value)), concatHex(signatures)],
  })
}

/** Clears a slot after its gate; anybody may send it. @param book the words that were logged @param hint a price */
export function clear(
  house: Address,
  market: Hex,
  slot: bigint,
  book: readonly bigint[],
  hint: bigint,
): Call {
  return callTo(house, { abi: clearingHouseAbi, functionName: 'clear', args: [market, slot, book, hint] })
}

/** Settles positions by what their meters signed; anybody may send it after the slot's end, within the window. */
export function settleReadings(
  house: Address,
  market: Hex,
  slot: bigint,
  readings: readonly { claim: PositionClaim; reading: Signed<SlotReading> }[],
): Call {
  const list = readings.map(({ claim, reading: { value, signature } }) => ({
    claim: claimOnChain(claim),
    imported: value.imported,
    exported: value.exported,
    signature,
  }))
  return callTo(house, { abi: clearingHouseAbi, functionName: 'settleReadings', args: [market, slot, list] })
}

/** Settles positions as they were scheduled; anybody may send it when no reading counts any more. */
export function settleSchedules(
  house: Address,
  market: Hex,
  slot: bigint,
  claims: readonly PositionClaim[],
): Call {
  return callTo(house, {
    abi: clearingHouseAbi,
    functionName: 'settleSchedules',
    args: [market, slot, claims.map(claimOnChain)],
  })
}

/** The id of the market with these rules. */
export function marketIdOf(client: PublicClient, house: Address, rules: MarketRules): Promise<Hex> {
  const args = [rulesOnChain(rules)] as const
  return client.readContract({ address: house, abi: clearingHouseAbi, functionName: 'marketIdOf', args })
}

/** The rules of a market; undefined when there is none. */
export async function rulesOf(
  client: PublicClient,
  house: Address,
  market: Hex,
): Promise<MarketRules | undefined> {
  const rules = await client.readContract({
    address: house,
    abi: clearingHouseAbi,
    functionName: 'rulesOf',
    args: [market],
  })
  if (rules.slotLength === 0) return undefined
  const { slotLength, gateLead, readingWindow } = rules
  return {
    ...rules,
    slotLength: BigInt(slotLength),
    gateLead: BigInt(gateLead),
    readingWindow: BigInt(readingWindow),
  }
}

/** What the chain says of an account in a market. */
export interface Membership {
  admitted: boolean
  /** Minor units per kWh, which its orders have to name. */
  tariff: bigint
  /** Key of its meter, the zero address when it has none. */
  meter: Address
}

/** Reads what the chain says of an account in a market. */
export async function membershipOf(
  client: PublicClient,
  house: Address,
  market: Hex,
  account: Address,
): Promise<Membership> {
  const at = { address: house, abi: clearingHouseAbi, args: [market, account] } as const
  const [[admitted, tariff], meter] = await Promise.all([
    client.readContract({ ...at, functionName: 'memberOf' }),
    client.readContract({ ...at, functionName: 'meterOf' }),
  ])
  return { admitted, tariff: BigInt(tariff), meter }
}

/** Whether an account's order for a slot was accepted. */
export function hasOrdered(
  client: PublicClient,
  house: Address,
  market: Hex,
  slot: bigint,
  account: Address,
): Promise<boolean> {
  const args = [market, slot, account] as const
  return client.readContract({ address: house, abi: clearingHouseAbi, functionName: 'hasOrdered', args })
}

/** Where a slot stands. */
export async function slotOf(
  client: PublicClient,
  house: Address,
  market: Hex,
  slot: bigint,
): Promise<SlotRecord> {
  const [count, cleared, price, commitment] = await client.readContract({
    address: house,
    abi: clearingHouseAbi,
    functionName: 'slotOf',
    args: [market, slot],
  })
  return { count, cleared, price, commitment }
}

/** Whether the position at a place of a slot was settled. */
export function isSettled(
  client: PublicClient,
  house: Address,
  market: Hex,
  slot: bigint,
  index: number,
): Promise<boolean> {
  const args = [market, slot, BigInt(index)] as const
  return client.readContract({ address: house, abi: clearingHouseAbi, functionName: 'isSettled', args })
}

function claimOnChain({ position, proof }: PositionClaim) {
  return { position: { ...position, index: BigInt(position.index) }, proof }
}

/** viem takes integers of up to 48 bits as numbers. */
function rulesOnChain(rules: MarketRules) {
  const { slotLength, gateLead, readingWindow } = rules
  return {
    ...rules,
    slotLength: Number(slotLength),
    gateLead: Number(gateLead),
    readingWindow: Number(readingWindow),
  }
}
