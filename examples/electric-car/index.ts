/**
 * The battery of a parked car: it charges while energy is cheap, and sells it back while it is dear. See README.md.
 *
 *     npm start                                  # in one terminal
 *     npm run -s example -- electric-car         # in another; MESH_API says which market, if it is not the one here
 */
import { type Deal, formatMoney } from '@mesh/sdk'
import { GRID, liveInTheStreet, POLICY, settled, timeOf, tradeEachInterval } from '../support/energy.ts'
import { homeOf, runInMarket } from '../support/program.ts'
import { CarBattery, planAt } from './car.ts'

/** 52 kWh behind a charger of 7.4 kW; 20 kWh are for driving, and never sold. Of what goes in, nine tenths come out. */
const BATTERY = { capacityWh: 52_000, powerW: 7_400, efficiency: 90 }
const RESERVE_WH = 20_000
/** Per kWh, in minor units: most that charging may cost, and least that wear asks on top. */
const [CHEAP, WEAR] = [150_000n, 20_000n]
/** What it vouches with, and pays with, in minor units. */
const MONEY = 20_000_000n

const kWh = (wattHours: number) => `${(wattHours / 1000).toFixed(2)} kWh`

await runInMarket(async (market) => {
  const trades = { policy: POLICY, capabilities: ['energy.supply', 'energy.demand'] }
  const directory = homeOf('electric-car')
  const car = await market.join('car', { directory, ...trades }, { stake: MONEY, balance: MONEY })
  const battery = new CarBattery(BATTERY, RESERVE_WH)
  console.log(`${car.address} is a car with ${kWh(battery.storedWh)} of ${kWh(BATTERY.capacityWh)} stored`)

  let gained = 0n
  const isTraded = tradeEachInterval(car, market, {
    wish({ start, end }) {
      const plan = planAt(new Date(Number(start) * 1000).getUTCHours())
      const { buysWh, sellsWh } = battery.within(Number(end - start))
      const quantity = plan === 'charge' ? buysWh : plan === 'sell' ? sellsWh : 0n
      console.log(`${timeOf(start)}: ${plan}, up to ${quantity} Wh; ${kWh(battery.storedWh)} stored`)
      if (plan === 'charge') return { side: 'buy', quantity, limits: { low: 0n, high: CHEAP } }
      return { side: 'sell', quantity, limits: { low: battery.worth(WEAR), high: GRID.high } }
    },
    agreed: (deal) => deal.role === 'buyer' && void finish(deal),
    over: (deals) => deals.filter(({ role }) => role === 'seller').forEach(finish),
  })

  /** Delivers what was sold, or waits for what was bought, and accounts for what came of it. */
  async function finish(deal: Deal): Promise<void> {
    const wh = Number(deal.agreement.quantity)
    const isBought = deal.role === 'buyer'
    if (isBought) battery.expect(wh)
    else battery.give(wh)
    const { state, quantity, paid } = await settled(car, deal, market)
    if (isBought) battery.arrive(wh, Number(quantity), paid)
    gained += isBought ? -paid : paid
    const money = `${isBought ? 'paid' : 'received'} ${formatMoney(paid, 4)} test dollars`
    const sum = `${formatMoney(gained, 4)} in all, ${kWh(battery.storedWh)} stored`
    console.log(`  ${state}: ${quantity} Wh, ${money}; ${sum}`)
  }

  // At noon a roof has more than a home needs; in the evening the home needs more, and the roof has nothing.
  await liveInTheStreet(market, isTraded, { 48: 300n, 49: 300n, 76: 1500n, 77: 1500n }, 2000n)
})
