import { expect } from 'chai'
import { Rejects } from '../../../../agent/index.ts'
import { simulateSlots } from '../../../../agent/market/energy/simulate.ts'
import { energyKpis } from '../../../../agent/market/energy-kpis.ts'
import { arbitrage } from '../../../../agent/strategy/energy/arbitrage.ts'
import { truthful } from '../../../../agent/strategy/energy/truthful.ts'
import { readPrices } from '../../../../community/read-prices.ts'

const file = new URL('../../../vectors/aemo_nsw1_2025-01_5min_price_demand.csv', import.meta.url).pathname
const RETAIL = 220_000n

describe('a month of wholesale prices, from -999.99 to 17,500.00 AUD/MWh', () => {
  const rejects = new Rejects()
  const { points } = readPrices(file, rejects)
  const readings = [
    { loadWh: 40, pvWh: 110 },
    { loadWh: 100, pvWh: 0 },
    { loadWh: 10, pvWh: 0 },
  ]
  const slots = points.map(({ price, ...interval }) => ({
    ...interval,
    readings,
    retailPrice: price + RETAIL,
    feedInPrice: price,
  }))

  it('is all there', () => {
    const prices = points.map(({ price }) => price).sort((a, b) => Number(a - b))
    expect([prices.length, prices[0], prices.at(-1), rejects.count]).to.deep.equal([
      8928,
      -999_990n,
      17_500_000n,
      0,
    ])
  })

  it('goes through a market to the unit, without a sign or a digit lost', () => {
    const simulation = simulateSlots(slots, [
      { strategy: truthful },
      { strategy: truthful },
      { strategy: truthful },
    ])
    const kpis = energyKpis(
      slots.map((slot) => slot.readings),
      simulation.trades,
      slots,
    )
    // 70 Wh of 110 that are lacking: the retail price holds, and all of the gain is the seller's.
    expect(kpis.total.tradedWh).to.equal(8928 * 70)
    const total = points.reduce((all, { price }) => all + price, 0n)
    const count = 8928n
    expect(kpis.billAlone).to.equal(
      exact(-70n * total) + exact(100n * (total + count * RETAIL)) + exact(10n * (total + count * RETAIL)),
    )
    const gain = (70n * count * RETAIL) / 1000n
    expect(Number(kpis.savings - gain)).to.be.within(-8928 * 2, 3)
    for (const { slot, payment, quantityWh } of simulation.trades) {
      const value = BigInt(quantityWh) * (slots[slot]?.retailPrice ?? 0n)
      expect(payment * 1000n - value >= 0n && payment * 1000n - value < 1000n).to.equal(true)
    }
    for (const trades of Map.groupBy(simulation.trades, ({ slot }) => slot).values()) {
      // What rounding leaves of three amounts.
      expect(Number(trades.reduce((all, { fee }) => all + fee, 0n))).to.be.within(0, 2)
    }
    expect(simulation.trades.filter(({ payment }) => payment < 0n).length).to.be.above(0)
  })

  it('pays a battery that charges when the grid pays for it, and gives when it is dear', () => {
    const battery = { capacityWh: 10_000, powerW: 5_000, efficiency: 90, storedWh: 0 }
    const homes = [{ strategy: arbitrage, battery }, { strategy: truthful }, { strategy: truthful }]
    const simulation = simulateSlots(slots, homes)
    const flows = simulation.storage?.community.map(([flow = 0]) => flow) ?? []
    const worth = flows.reduce((all, flow, index) => all - flow * Number(slots[index]?.feedInPrice), 0) / 1e9
    expect(flows.some((flow) => flow > 0) && flows.some((flow) => flow < 0)).to.equal(true)
    expect(worth, 'of what it gave, less what it took').to.be.above(50)
  })
})

function exact(thousandths: bigint): bigint {
  return thousandths >= 0n ? thousandths / 1000n : -((999n - thousandths) / 1000n)
}
