/** What the examples' agents buy of one another, and how it is paid. */
import { setTimeout as delay } from 'node:timers/promises'
import {
  type Address,
  type Deal,
  formatMoney,
  type Intent,
  type MeshNetwork,
  type Offer,
  type TradeWish,
} from '@mesh/sdk'
import { eventually, type Running } from './program.ts'

/** How long a purchase waits for a seller before it is published for a later time, in seconds. */
const ATTEMPT = 10
/** Seconds from the end of the time for the work until what was not delivered is refunded. */
const DURATION = 40n

/**
 * Buys something to be done at once, for at most `price`: asks until somebody offers it, and takes the first.
 *
 * @param wish `quantity` in the capability's unit, `price` in minor units for each of them
 */
export function buy(
  { signal }: Running,
  buyer: MeshNetwork,
  { price, ...wish }: Pick<TradeWish, 'capability' | 'quantity' | 'attributes'> & { price: bigint },
): Promise<Deal> {
  return eventually({ signal }, `sells ${wish.capability} to ${buyer.address}`, () => {
    const start = BigInt(Math.floor(Date.now() / 1000))
    const { promise, resolve } = Promise.withResolvers<Deal | undefined>()
    const limits = { low: price, high: price }
    const interval = { start, end: start + BigInt(ATTEMPT), lot: 1n }
    const trading = buyer.fill({ side: 'buy', ...wish, ...interval, limits }, resolve, { signal })
    const nobody = delay(ATTEMPT * 1000, undefined, { signal })
    return Promise.race([promise, nobody]).finally(() => trading.end())
  })
}

/** Accepts the first offer of each seller that is fine, and declines all others. */
export function takeOneOfEach(buyer: MeshNetwork, isFine: (offer: Offer) => boolean): void {
  const taken = new Set<Address>()
  buyer.onOffer(({ from, offer, outcome }) => {
    if (taken.has(from) || !isFine(offer)) return { type: 'decline', reason: 'price' }
    taken.add(from)
    outcome.then(({ type }) => type === 'agreed' || taken.delete(from))
    return { type: 'accept' }
  })
}

/** Someone who does what is asked for. */
export interface Offering {
  /** What is asked for a wish, in minor units for each unit of its quantity; `undefined` leaves it to others. */
  price(wish: Intent): bigint | undefined
  /** Hears what came of each offer; `undefined` when it was not taken. */
  over(deal: Deal | undefined): unknown
}

/** Offers to whoever wants to buy of a capability: all that is asked for, in time for `buy`. */
export function sell(seller: MeshNetwork, capability: string, { price, over }: Offering): void {
  seller.subscribeToIntents(async (intent) => {
    const { value } = intent
    if (value.capability !== capability || value.side !== 'buy') return
    const asked = price(value)
    if (asked === undefined) return
    const proposal = { quantity: value.quantity, price: asked }
    const outcome = await seller.offer(intent, proposal, { duration: DURATION }).catch(() => undefined)
    await over(outcome?.type === 'agreed' ? outcome.deal : undefined)
  })
}

/**
 * Has agents pay on chain for what they were answered, and says so; what they have paid before, too.
 *
 * @param parties those who pay, and those who are paid
 * @param unit what an answer is, such as 'check'
 */
export async function settleAll(
  { signal }: Running,
  parties: readonly { name: string; agent: MeshNetwork }[],
  unit: string,
): Promise<void> {
  const nameOf = (address: Address) => parties.find(({ agent }) => agent.address === address)?.name ?? address
  for (const { name, agent } of parties) {
    await agent.settleServices({ signal })
    for (const { role, state, outcome, agreement } of agent.deals()) {
      if (role !== 'buyer' || outcome === undefined || outcome.quantity === 0n) continue
      const bill = `${dollars(outcome.paid)} for ${outcome.quantity} ${unit}`
      console.log(`${state} on chain: ${name} paid ${nameOf(agreement.seller)} ${bill}`)
    }
  }
}

/** An amount of money for people, of as many decimals as there are by default: minor units are millionths. */
export function dollars(minor: bigint, decimals?: number): string {
  return `${formatMoney(minor, decimals)} test dollars`
}
