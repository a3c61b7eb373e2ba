/**
 * The battery of a parked car: it charges while energy is cheap, and sells it back while it is dear. See README.md.
 *
 *     npm start                                  # in one terminal
 *     npm run -s example -- electric-car         # in another; MESH_API says which market, if it is not the one here
 */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  type Deal,
  formatMoney,
  isOpen,
  joinMarket,
  type NetworkDescriptor,
  readNetwork,
  runAgent,
  type Trading,
} from '@mesh/sdk'
import { CarBattery, planAt } from './car.ts'

/** 52 kWh behind a charger of 7.4 kW; 20 kWh are for driving, and never sold. Of what goes in, nine tenths come out. */
const BATTERY = { capacityWh: 52_000, powerW: 7_400, efficiency: 90 }
const RESERVE_WH = 20_000
/** Per kWh, in minor units: most that charging may cost, least that wear asks on top, and what the grid takes. */
const [CHEAP, WEAR, RETAIL] = [150_000n, 20_000n, 300_000n]
const MONEY = 20_000_000n
const ENERGY = { capability: 'energy.supply', lot: 1000n, replay: true } as const
/** A short window for complaints, and time to wait for a buyer's release before the delivery is reported on chain. */
const POLICY = { window: { own: 60n, least: 60n, most: 86_400n }, reportMargin: 20n }

const kWh = (wattHours: number) => `${(wattHours / 1000).toFixed(2)} kWh`

await runAgent(async (signal) => {
  const network = await readNetwork(process.env.MESH_API ?? 'http://127.0.0.1:8787', { signal })
  const directory = join(process.env.MESH_HOME ?? join(homedir(), '.mesh-agent'), 'electric-car')
  const trades = { directory, policy: POLICY, capabilities: ['energy.supply', 'energy.demand'] }
  await using car = await joinMarket({ network, ...trades }, { stake: MONEY, balance: MONEY }, { signal })
  // What an earlier run sold and had not delivered when it was ended.
  for (const deal of car.deals().filter(isOpen)) if (deal.role === 'seller') void settled(deal)
  const battery = new CarBattery(BATTERY, RESERVE_WH)
  console.log(`${car.address} is a car with ${kWh(battery.storedWh)} of ${kWh(BATTERY.capacityWh)} stored`)

  let latest = 0n
  let trading: Trading | undefined
  const sold: Deal[] = []
  let gained = 0n

  // The market's time is what others ask for: a quarter of an hour is over when the next one is traded.
  car.subscribeToIntents(({ value: { side, capability, start, end } }) => {
    if (side !== 'buy' || capability !== ENERGY.capability || start <= latest) return
    latest = start
    trading?.end()
    for (const deal of sold.splice(0)) void finish(deal)
    const time = new Date(Number(start) * 1000)
    const plan = planAt(time.getUTCHours())
    const { buysWh, sellsWh } = battery.within(Number(end - start))
    const isCharging = plan === 'charge'
    const quantity = isCharging ? buysWh : plan === 'sell' ? sellsWh : 0n
    const limits = isCharging ? { low: 0n, high: CHEAP } : { low: battery.worth(WEAR), high: RETAIL }
    console.log(
      `${time.toISOString().slice(0, 16)}Z: ${plan}, up to ${quantity} Wh; ${kWh(battery.storedWh)} stored`,
    )
    const wish = { ...ENERGY, side: isCharging ? 'buy' : 'sell', quantity, start, end, limits } as const
    trading = quantity === 0n ? undefined : car.fill(wish, agreed)
  })

  function agreed(deal: Deal): void {
    const { quantity, price } = deal.agreement
    const isBought = deal.role === 'buyer'
    console.log(`  ${isBought ? 'bought' : 'sold'}: ${quantity} Wh at ${formatMoney(price, 3)} a kWh`)
    if (isBought) battery.expect(Number(quantity))
    if (isBought) void finish(deal)
    else sold.push(deal)
  }

  /** Delivers what was sold, or waits for what was bought, and accounts for what came of it. */
  async function finish(deal: Deal): Promise<void> {
    const wh = Number(deal.agreement.quantity)
    if (deal.role === 'seller') battery.give(wh)
    const { state, quantity, paid } = await settled(deal)
    if (deal.role === 'buyer') battery.arrive(wh, Number(quantity), paid)
    gained += deal.role === 'buyer' ? -paid : paid
    const money = `${deal.role === 'buyer' ? 'paid' : 'received'} ${formatMoney(paid, 4)} test dollars`
    const sum = `${formatMoney(gained, 4)} in all, ${kWh(battery.storedWh)} stored`
    console.log(`  ${state}: ${quantity} Wh, ${money}; ${sum}`)
  }

  async function settled({ id }: Deal) {
    const { state, outcome } = await car
      .settle(id, { signal })
      .catch(() => ({ state: 'void', outcome: undefined }))
    return { state, ...(outcome ?? { quantity: 0n, paid: 0n }) }
  }

  await delay(10_000, undefined, { signal })
  if (latest === 0n) await liveInTheStreet(network, signal)
  await delay(2 ** 31 - 1, undefined, { signal })
})

/** A roof that sells at noon and a home that buys at noon and in the evening, for a market in which nobody trades. */
async function liveInTheStreet(network: NetworkDescriptor, signal: AbortSignal): Promise<void> {
  const lives = { network, directory: false, policy: POLICY } as const
  await using roof = await joinMarket(
    { ...lives, capabilities: ['energy.supply'] },
    { stake: MONEY },
    { signal },
  )
  await using home = await joinMarket({ ...lives, domains: ['energy'] }, { balance: MONEY }, { signal })
  console.log(
    `Nobody trades energy here, so this program brings a roof, ${roof.address}, and a home, ${home.address}`,
  )
  for (let day = Date.parse('2021-03-24T00:00Z') / 1000; ; day += 86_400) {
    for (const quarter of [48, 49, 50, 76, 77, 78]) {
      const [isNoon, start] = [quarter < 60, BigInt(day + quarter * 900)]
      const delivery = { ...ENERGY, start, end: start + 900n, limits: { low: 80_000n, high: RETAIL } }
      const needs = { ...delivery, side: 'buy', quantity: isNoon ? 300n : 1500n } as const
      const trading = [home.fill(needs, () => undefined)]
      const has = { ...delivery, side: 'sell', quantity: 2000n } as const
      if (isNoon) trading.push(roof.fill(has, ({ id }) => roof.settle(id, { signal }).catch(() => undefined)))
      await delay(8_000, undefined, { signal })
      for (const each of trading) each.end()
    }
  }
}
