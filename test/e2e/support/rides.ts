import { createPublicClient, http } from 'viem'
import * as ledger from '../../../agent/chain/actions/ledger.ts'
import { freeStake } from '../../../agent/chain/actions/stake-vault.ts'
import type { Address, Hex, MeshNetwork, Trip } from '../../../agent/index.ts'
import type { TestMarket } from './market.ts'

/** A street of Nootdorp: the place so many metres east of where it begins. */
export const east = (metres: number): [number, number] => [4.39 + metres / 68_500, 52.045]
export const METRES = 2_600n
export const FARE = 1_000_000n
export const soon = () => ({ signal: AbortSignal.timeout(60_000) })

/**
 * A trip at both sides, of a ride that begins so many seconds from now by the chain, with the fare in escrow. The driver is
 * not told yet where it is.
 */
export async function agree(
  market: TestMarket,
  { rider, driver, startsIn }: { rider: MeshNetwork; driver: MeshNetwork; startsIn: number },
): Promise<[rider: Trip, driver: Trip]> {
  rider.onOffer(() => ({ type: 'accept' }))
  const { timestamp } = await clientOf(market).getBlock()
  const now = BigInt(Math.floor(Date.now() / 1000))
  const start = (timestamp > now ? timestamp : now) + BigInt(startsIn)
  const ride = { side: 'buy', capability: 'ride.drive', start, end: start + 1_800n } as const
  const intent = await rider.publishIntent({ ...ride, quantity: METRES, lot: METRES, price: FARE })
  const outcome = await driver.offer(intent, { quantity: METRES, price: FARE }, { duration: 1_800n })
  if (outcome.type !== 'agreed') throw new Error(`declined: ${outcome.reason} ${outcome.detail}`)
  const { id } = outcome.deal
  await Promise.all(
    [rider, driver].map((agent) => agent.untilDeal(id, ({ state }) => state === 'opened', soon())),
  )
  return [tripOf(rider, id), tripOf(driver, id)]
}

/** A trip that has not ended. */
export function tripOf(agent: MeshNetwork, id: Hex): Trip {
  const trip = agent
    .rides()
    .trips()
    .find((each) => each.id === id)
  if (trip === undefined) throw new Error('no trip')
  return trip
}

/** What an account may spend in the market, in minor units. */
export function balanceOf(market: TestMarket, account: Address): Promise<bigint> {
  const { treasury, testDollar } = market.descriptor().deployment.contracts
  return ledger.balanceOf(clientOf(market), treasury, testDollar, account)
}

/** What an agent has whose stake is in the escrow's reach. */
export async function stakeOf(market: TestMarket, { account, address }: MeshNetwork): Promise<bigint> {
  const { treasury, intentEscrow: module } = market.descriptor().deployment.contracts
  const agentId = await account.agentId()
  return freeStake(clientOf(market), treasury, { agentId, depositor: address, module })
}

function clientOf(market: TestMarket) {
  return createPublicClient({ transport: http(market.descriptor().rpcUrl), cacheTime: 0 })
}
