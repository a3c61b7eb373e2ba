/**
 * A home that sells what its roof will have left, by a forecast of its own. See README.md.
 *
 *     npm start                                  # in one terminal
 *     npm run -s example -- solar-home           # in another; MESH_API says which market, if it is not the one here
 */
import { readFile } from 'node:fs/promises'
import { type Deal, formatMoney } from '@mesh/sdk'
import { GRID, liveInTheStreet, POLICY, settled, timeOf, tradeEachInterval } from '../support/energy.ts'
import { homeOf, runInMarket } from '../support/program.ts'
import { Roof, toSell } from './roof.ts'

/** Whose readings: a home of the project's data, with a roof of 8 kWp. Put your own meter's here. */
const READINGS = new URL('../../data/energy/hamlet_16homes_15min.csv', import.meta.url)
const HOME = { load: 'hh_2687_0_load_wh', pv: 'pv3_wh_per_kwp' }
const KWP = 8
/** Part of the forecast that is sold. */
const SHARE = 0.8
/** What vouches for its word, in minor units. */
const STAKE = 20_000_000n

await runInMarket(async (market) => {
  const roof = new Roof(await readFile(READINGS, 'utf8'), HOME, KWP)
  const directory = homeOf('solar-home')
  const sells = { directory, policy: POLICY, capabilities: ['energy.supply'] }
  const home = await market.join('solar home', sells, { stake: STAKE })
  console.log(`${home.address} sells what a roof of ${KWP} kWp has left`)

  const isTraded = tradeEachInterval(home, market, {
    wish({ start }) {
      const expected = roof.expects(start)
      const quantity = toSell(expected, SHARE)
      console.log(`${timeOf(start)}: ${wattHours(expected)} expected, ${quantity} Wh for sale`)
      return { side: 'sell', quantity, limits: GRID }
    },
    over(deals, { start }) {
      console.log(`  measured: ${wattHours(roof.measures(start))} left over`)
      deals.forEach(deliver)
    },
  })

  /** Delivers what was sold. What the roof did not give is made good from the grid: the buyer has it all. */
  async function deliver(deal: Deal): Promise<void> {
    const { state, quantity, paid } = await settled(home, deal, market)
    console.log(`  ${state}: ${quantity} Wh, ${formatMoney(paid, 4)} test dollars`)
  }

  // A neighbour buys from ten in the morning until three in the afternoon.
  const buys = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [40 + index, 500n]))
  await liveInTheStreet(market, isTraded, buys)
})

function wattHours(value: number): string {
  return `${Math.round(value)} Wh`
}
