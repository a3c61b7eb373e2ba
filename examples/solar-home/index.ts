/**
 * A home that sells what its roof will have left, by a forecast of its own. See README.md.
 *
 *     npm start                                  # in one terminal
 *     npm run -s example -- solar-home           # in another; MESH_API says which market, if it is not the one here
 */
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Deal, formatMoney, isOpen, joinMarket, readNetwork, runAgent, type Trading } from '@mesh/sdk'
import { Roof, toSell } from './roof.ts'

/** Whose readings: a home of the project's data, with a roof of 8 kWp. Put your own meter's here. */
const READINGS = new URL('../../data/energy/hamlet_16homes_15min.csv', import.meta.url)
const HOME = { load: 'hh_2687_0_load_wh', pv: 'pv3_wh_per_kwp' }
const KWP = 8
/** Part of the forecast that is sold. */
const SHARE = 0.8
/** What the grid gives and takes for a kWh, in minor units: the home sells for no less, and nobody pays more. */
const GRID = { low: 80_000n, high: 300_000n }
const ENERGY = { capability: 'energy.supply', lot: 1000n, replay: true } as const
/** A short window for complaints, and time to wait for a buyer's release before the delivery is reported on chain. */
const POLICY = { window: { own: 60n, least: 60n, most: 86_400n }, reportMargin: 20n }

await runAgent(async (signal) => {
  const roof = new Roof(await readFile(READINGS, 'utf8'), HOME, KWP)
  const network = await readNetwork(process.env.MESH_API ?? 'http://127.0.0.1:8787', { signal })
  const directory = join(process.env.MESH_HOME ?? join(homedir(), '.mesh-agent'), 'solar-home')
  const sells = { directory, policy: POLICY, capabilities: ['energy.supply'] }
  await using home = await joinMarket({ network, ...sells }, { stake: 20_000_000n }, { signal })
  console.log(`${home.address} sells what a roof of ${KWP} kWp has left`)

  // What an earlier run sold and had not delivered when it was ended.
  for (const { id } of home.deals().filter(isOpen)) void home.settle(id).catch(console.error)
  let slot: { start: bigint; trading: Trading | undefined; sold: Deal[] } | undefined

  // The market's time is what others ask for: a quarter of an hour is over when the next one is traded.
  home.subscribeToIntents(({ value: { side, capability, start, end } }) => {
    if (side !== 'buy' || capability !== ENERGY.capability || (slot && start <= slot.start)) return
    close(slot)
    const expected = roof.expects(start)
    const quantity = toSell(expected, SHARE)
    const time = new Date(Number(start) * 1000).toISOString().slice(0, 16)
    console.log(`${time}Z: ${wattHours(expected)} expected, ${quantity} Wh for sale`)
    const sold: Deal[] = []
    const wish = { ...ENERGY, side: 'sell', quantity, start, end, limits: GRID } as const
    const trading = quantity === 0n ? undefined : home.fill(wish, (deal) => void sold.push(tell(deal)))
    slot = { start, trading, sold }
  })

  function tell(deal: Deal): Deal {
    const { quantity, buyer, price } = deal.agreement
    console.log(`  agreed: ${quantity} Wh to ${buyer} at ${formatMoney(price, 3)} a kWh`)
    return deal
  }

  /** Delivers what was sold. What the roof did not give is made good from the grid: the buyer has it all. */
  function close(over: typeof slot): void {
    if (over === undefined) return
    over.trading?.end()
    console.log(`  measured: ${wattHours(roof.measures(over.start))} left over`)
    for (const { id } of over.sold) {
      home.settle(id, { signal }).then(({ state, outcome }) => {
        const { quantity = 0n, paid = 0n } = outcome ?? {}
        console.log(`  ${state}: ${quantity} Wh, ${formatMoney(paid, 4)} test dollars`)
      }, tellFault)
    }
  }
  const tellFault = (error: unknown) => signal.aborted || console.error(error)

  await delay(10_000, undefined, { signal })
  if (slot !== undefined) await delay(2 ** 31 - 1, undefined, { signal })

  const fresh = { network, directory: false } as const
  await using neighbour = await joinMarket(
    { ...fresh, domains: ['energy'] },
    { balance: 10_000_000n },
    { signal },
  )
  console.log(
    `Nobody asks for energy here, so this program brings a neighbour who does: ${neighbour.address}`,
  )
  for (let start = BigInt(Date.parse('2021-03-24T10:00Z') / 1000); ; start += 900n) {
    const wish = { ...ENERGY, side: 'buy', quantity: 500n, start, end: start + 900n, limits: GRID } as const
    const need = neighbour.fill(wish, () => undefined)
    await delay(8_000, undefined, { signal })
    need.end()
  }
})

function wattHours(value: number): string {
  return `${Math.round(value)} Wh`
}
