/** What the examples that trade energy have in common. */
import { setTimeout as delay } from 'node:timers/promises'
import { type Deal, formatMoney, isOpen, type MeshNetwork, type TradeWish } from '@mesh/sdk'
import { type Market, type Running, untilTold } from './program.ts'

/** The market replays days that were measured in the past. */
const ENERGY = { capability: 'energy.supply', lot: 1000n, replay: true } as const
/** What the grid gives and takes for a kWh, in minor units: nobody sells for less, or pays more. */
export const GRID = { low: 80_000n, high: 300_000n }
/** A short window for complaints, and time to wait for a buyer's release before the delivery is reported on chain. */
export const POLICY = { window: { own: 60n, least: 60n, most: 86_400n }, reportMargin: 20n }

/** How long it may take until somebody asks for energy in a market in which energy is traded, in milliseconds. */
const QUIET = 10_000
/** How long a quarter of an hour takes in the street, in milliseconds. */
const PACE = 8_000
/** What a home of the street pays with, and a roof vouches with, in minor units. */
const MONEY = 20_000_000n

/** A delivery interval, in Unix seconds. */
export interface Interval {
  start: bigint
  end: bigint
}

/** An agent's part in each interval. */
export interface Trader {
  /** What is to be bought or sold in an interval that begins; with a quantity of 0n nothing is. */
  wish(interval: Interval): Pick<TradeWish, 'side' | 'quantity' | 'limits'>
  /** Hears of each agreement at once. */
  agreed?(deal: Deal): void
  /** Hears when an interval is over, and what was agreed for it. */
  over(deals: readonly Deal[], interval: Interval): void
}

/**
 * Trades in each interval. The market's time is what others ask for: an interval is over when a later one is traded. What an
 * earlier run of the agent sold and had not delivered is delivered first.
 *
 * @returns whether anybody asks for energy, as far as it was heard
 */
export function tradeEachInterval(agent: MeshNetwork, running: Running, trader: Trader): () => boolean {
  deliverEarlier(agent, running)
  let latest = 0n
  let close = () => {}
  agent.subscribeToIntents(({ value: { side, capability, start, end } }) => {
    if (side !== 'buy' || capability !== ENERGY.capability || start <= latest) return
    latest = start
    close()
    const interval = { start, end }
    const wish = trader.wish(interval)
    const deals: Deal[] = []
    const agreed = (deal: Deal) => {
      tell(deal)
      deals.push(deal)
      trader.agreed?.(deal)
    }
    const trading = wish.quantity === 0n ? undefined : agent.fill({ ...ENERGY, ...interval, ...wish }, agreed)
    close = () => {
      trading?.end()
      trader.over(deals, interval)
    }
  })
  return () => latest > 0n
}

/** When it is in UTC, such as 2021-03-24T10:00Z. */
export function timeOf(start: bigint): string {
  return `${new Date(Number(start) * 1000).toISOString().slice(0, 16)}Z`
}

/**
 * Brings a deal to its end.
 *
 * @returns what was delivered and paid, 0n where it came to nothing
 */
export async function settled(agent: MeshNetwork, { id }: Pick<Deal, 'id'>, { signal }: Running) {
  const { state, outcome } = await agent
    .settle(id, { signal })
    .catch(() => ({ state: 'void', outcome: undefined }))
  return { state, ...(outcome ?? { quantity: 0n, paid: 0n }) }
}

/**
 * Waits until the program is told to end. In a market in which nobody asks for energy in ten seconds it brings a home that
 * buys, and a roof that sells at noon, which trade the same day again and again.
 *
 * @param isTraded what `tradeEachInterval` returned
 * @param buys Wh that the home buys in quarters of an hour of a day, by their number from midnight (UTC)
 * @param roof Wh that the roof has in each of them before 15:00
 */
export async function liveInTheStreet(
  market: Market,
  isTraded: () => boolean,
  buys: Readonly<Record<number, bigint>>,
  roof = 0n,
): Promise<void> {
  const { signal } = market
  await delay(QUIET, undefined, { signal })
  if (isTraded()) return untilTold(market)
  console.log('Nobody trades energy here, so this program brings a street')
  const home = await market.join('a home', { domains: ['energy'], policy: POLICY }, { balance: MONEY })
  const seller =
    roof === 0n
      ? undefined
      : await market.join('a roof', { capabilities: [ENERGY.capability], policy: POLICY }, { stake: MONEY })
  for (let day = Date.parse('2021-03-24T00:00Z') / 1000; ; day += 86_400) {
    for (const [quarter, quantity] of Object.entries(buys)) {
      const start = BigInt(day + Number(quarter) * 900)
      const wish = { ...ENERGY, start, end: start + 900n, limits: GRID }
      const trading = [home.fill({ ...wish, side: 'buy', quantity }, () => undefined)]
      if (seller !== undefined && Number(quarter) < 60) {
        trading.push(
          seller.fill({ ...wish, side: 'sell', quantity: roof }, (deal) => settled(seller, deal, market)),
        )
      }
      await delay(PACE, undefined, { signal })
      for (const each of trading) each.end()
    }
  }
}

function tell({ role, agreement: { quantity, price, buyer, seller } }: Deal): void {
  const what = role === 'buyer' ? `bought from ${seller}` : `sold to ${buyer}`
  console.log(`  ${what}: ${quantity} Wh at ${formatMoney(price, 3)} a kWh`)
}

/** Delivers what an earlier run of an agent sold, and had not delivered when it was ended. */
function deliverEarlier(agent: MeshNetwork, running: Running): void {
  for (const deal of agent.deals().filter(isOpen))
    if (deal.role === 'seller') void settled(agent, deal, running)
}
