/** What the examples' agents buy of one another, and how it is paid. */
import { setTimeout as delay } from 'node:timers/promises'
import { type Deal, formatMoney, type MeshNetwork, type TradeWish } from '@mesh/sdk'
import { eventually, type Running } from './program.ts'

/** How long a purchase waits for a seller before it is published for a later time, in seconds. */
const ATTEMPT = 10

/**
 * Buys something to be done at once, for at most `price`: asks until somebody offers it, and takes the first.
 *
 * @param wish `quantity` in the capability's unit, `price` in minor units for each of them
 */
export function buy(
  running: Running,
  buyer: MeshNetwork,
  { price, ...wish }: Pick<TradeWish, 'capability' | 'quantity' | 'attributes'> & { price: bigint },
): Promise<Deal> {
  return eventually(running, `sells ${wish.capability} to ${buyer.address}`, () => {
    const start = BigInt(Math.floor(Date.now() / 1000))
    const { promise, resolve } = Promise.withResolvers<Deal | undefined>()
    const limits = { low: price, high: price }
    const interval = { start, end: start + BigInt(ATTEMPT), lot: 1n }
    const trading = buyer.fill({ side: 'buy', ...wish, ...interval, limits }, resolve, running)
    const nobody = delay(ATTEMPT * 1000, undefined, running)
    return Promise.race([promise, nobody]).finally(() => trading.end())
  })
}

/**
 * Pays on chain for what agents were answered, and says so.
 *
 * @param names of the agents by their addresses
 * @param unit what an answer is, such as 'check'
 */
export async function settleAll(
  { signal }: Running,
  agents: readonly MeshNetwork[],
  names: ReadonlyMap<string, string>,
  unit: string,
): Promise<void> {
  for (const agent of agents) {
    for (const { state, outcome, agreement } of await agent.settleServices({ signal })) {
      const [buyer, seller] = [agreement.buyer, agreement.seller].map(
        (address) => names.get(address) ?? address,
      )
      const { paid = 0n, quantity = 0n } = outcome ?? {}
      console.log(`${state} on chain: ${buyer} paid ${seller} ${dollars(paid)} for ${quantity} ${unit}`)
    }
  }
}

/** An amount of money for people, of as many decimals as there are by default: minor units are millionths. */
export function dollars(minor: bigint, decimals?: number): string {
  return `${formatMoney(minor, decimals)} test dollars`
}
