import { expect } from 'chai'
import fc from 'fast-check'
import { type EnergyTrade, energyKpis } from '../../agent/market/energy-kpis.ts'
import { type MeterReading, slotEnergy } from '../../agent/market/slot-energy.ts'

const TARIFF = { retailPrice: 300_000n, feedInPrice: 80_000n }
const FEE_BPS = 25n

const wh = fc.integer({ min: 0, max: 5_000 })
const reading = fc.record({ loadWh: wh, pvWh: wh })
const period = fc
  .integer({ min: 2, max: 6 })
  .chain((homes) =>
    fc.array(fc.array(reading, { minLength: homes, maxLength: homes }), { minLength: 1, maxLength: 8 }),
  )
/** Prices between feed-in and retail, picked by position in a drawn list. */
const prices = fc.array(fc.bigInt({ min: 80_000n, max: 300_000n }), { minLength: 1, maxLength: 20 })

/** Trades all that can be traded, in the order of the homes. */
function clearAll(readings: MeterReading[][], pricesPerKWh: bigint[]): EnergyTrade[] {
  const trades: EnergyTrade[] = []
  readings.forEach((homes, slot) => {
    const net = homes.map(({ loadWh, pvWh }) => loadWh - pvWh)
    for (let buyer = 0; buyer < net.length; buyer++) {
      for (let seller = 0; seller < net.length; seller++) {
        const quantityWh = Math.min(Math.max(net[buyer] ?? 0, 0), Math.max(-(net[seller] ?? 0), 0))
        if (quantityWh === 0) continue
        net[buyer] = (net[buyer] ?? 0) - quantityWh
        net[seller] = (net[seller] ?? 0) + quantityWh
        const price = pricesPerKWh[trades.length % pricesPerKWh.length] ?? 0n
        const payment = (BigInt(quantityWh) * price) / 1000n
        trades.push({ slot, buyer, seller, quantityWh, payment, fee: (payment * FEE_BPS) / 10_000n })
      }
    }
  })
  return trades
}

describe('energyKpis', () => {
  it('works out the example of its documentation', () => {
    const readings = [
      [
        { loadWh: 100, pvWh: 400 },
        { loadWh: 250, pvWh: 0 },
      ],
    ]
    const trades = [{ slot: 0, seller: 0, buyer: 1, quantityWh: 250, payment: 47_500n, fee: 118n }]
    const kpis = energyKpis(readings, trades, TARIFF)
    expect(kpis.selfSufficiency.alone).to.be.closeTo(100 / 350, 1e-12)
    expect(kpis.selfSufficiency.community).to.equal(1)
    expect(kpis.savings).to.equal(54_882n)
    expect(kpis.homes.map((home) => home.savings)).to.deep.equal([27_382n, 27_500n])
    expect(kpis.total).to.deep.include({ tradedWh: 250, maxTradableWh: 250, importWh: 0 })
  })

  it('gains (retail - feed-in) per Wh less the fees when all that is feasible trades, whatever the prices', () => {
    fc.assert(
      fc.property(period, prices, (readings, pricesPerKWh) => {
        const kpis = energyKpis(readings, clearAll(readings, pricesPerKWh), TARIFF)
        expect(kpis.total.tradedWh).to.equal(kpis.total.maxTradableWh)
        expect(kpis.savings).to.equal(BigInt(kpis.total.maxTradableWh) * 220n - kpis.fees)
        const covered = kpis.total.ownUseWh + kpis.total.tradedWh
        expect(kpis.total.loadWh - kpis.total.importWh).to.equal(covered)
      }),
    )
  })

  it('keeps its books: totals are sums of the homes, paid is received plus fees', () => {
    fc.assert(
      fc.property(period, prices, (readings, pricesPerKWh) => {
        const trades = clearAll(readings, pricesPerKWh)
        const { homes, ...kpis } = energyKpis(readings, trades, TARIFF)
        const sum = (values: bigint[]) => values.reduce((all, value) => all + value, 0n)
        expect(sum(trades.map((trade) => trade.fee))).to.equal(kpis.fees)
        expect(kpis.paid).to.equal(kpis.received + kpis.fees)
        expect(sum(homes.map((home) => home.savings))).to.equal(kpis.savings)
        expect(kpis.billAlone - kpis.billWithMarket).to.equal(kpis.savings)
        const bought = homes.reduce((all, home) => all + home.boughtWh, 0)
        expect(bought).to.equal(kpis.total.tradedWh)
        expect(homes.reduce((all, home) => all + home.soldWh, 0)).to.equal(bought)
      }),
    )
  })

  it('is never worse off by a home that trades feasibly between feed-in and retail without a fee', () => {
    fc.assert(
      fc.property(period, prices, (readings, pricesPerKWh) => {
        const trades = clearAll(readings, pricesPerKWh).map((trade) => ({ ...trade, fee: 0n }))
        for (const home of energyKpis(readings, trades, TARIFF).homes) {
          // A payment is rounded down to the minor unit, so that a sale can lose less than one of them.
          expect(Number(home.savings)).to.be.greaterThan(-1 - trades.length)
        }
      }),
    )
  })

  it('changes nothing when nothing is traded', () => {
    fc.assert(
      fc.property(period, (readings) => {
        const kpis = energyKpis(readings, [], TARIFF)
        expect(kpis.savings).to.equal(0n)
        expect(kpis.selfSufficiency.alone).to.equal(kpis.selfSufficiency.community)
        expect(kpis.total.importWh).to.equal(kpis.total.deficitWh)
        expect(kpis.slotsWithTrade).to.equal(0)
      }),
    )
  })

  it('lets a home that sells more than its surplus import the rest at the retail price', () => {
    const readings = [
      [
        { loadWh: 0, pvWh: 100 },
        { loadWh: 300, pvWh: 0 },
      ],
    ]
    const trades = [{ slot: 0, seller: 0, buyer: 1, quantityWh: 300, payment: 60_000n, fee: 0n }]
    const kpis = energyKpis(readings, trades, TARIFF)
    expect(kpis.homes[0]?.billWithMarket).to.equal(200n * 300n - 60_000n)
    expect(kpis.selfSufficiency.community).to.be.closeTo(100 / 300, 1e-12)
  })

  it('gives a home nothing for what it bought and did not draw, and what it has left goes to the grid all the same', () => {
    const readings = [
      [
        { loadWh: 0, pvWh: 300 },
        { loadWh: 100, pvWh: 150 },
        { loadWh: 80, pvWh: 0 },
      ],
    ]
    const trades = [
      { slot: 0, seller: 0, buyer: 1, quantityWh: 200, payment: 20_000n, fee: 0n },
      { slot: 0, seller: 0, buyer: 2, quantityWh: 100, payment: 10_000n, fee: 0n },
    ]
    const { homes } = energyKpis(readings, trades, TARIFF)
    expect(homes[1]?.billWithMarket).to.equal(20_000n - 50n * 80n)
    expect(homes[2]?.billWithMarket).to.equal(10_000n)
  })

  it('rounds each bill down once, in the favour of the home, when a price is no multiple of 1,000', () => {
    const readings = [[{ loadWh: 1, pvWh: 0 }], [{ loadWh: 0, pvWh: 1 }]]
    const tariff = { retailPrice: 1_500n, feedInPrice: 2_999n }
    expect(energyKpis(readings, [], tariff).billAlone).to.equal(-2n)
  })

  it('refuses a trade that does not belong to the readings', () => {
    const readings = [[{ loadWh: 1, pvWh: 0 }], [{ loadWh: 0, pvWh: 1 }]]
    const trade = { slot: 0, buyer: 0, seller: 1, quantityWh: 1, payment: 1n, fee: 0n }
    expect(() => energyKpis(readings, [trade], TARIFF))
      .to.throw('seller 1')
      .with.property('code', 'TRADE_UNKNOWN')
    expect(() => energyKpis(readings, [{ ...trade, slot: 2 }], TARIFF)).to.throw('slot 2')
    expect(() => energyKpis(readings, [{ ...trade, seller: 0 }], TARIFF)).to.throw('two different homes')
  })
})

describe('slotEnergy', () => {
  it('splits generation and load without a remainder', () => {
    fc.assert(
      fc.property(fc.array(reading), (homes) => {
        const slot = slotEnergy(homes)
        expect(slot.ownUseWh + slot.surplusWh).to.equal(slot.pvWh)
        expect(slot.ownUseWh + slot.deficitWh).to.equal(slot.loadWh)
        expect(slot.maxTradableWh).to.equal(Math.min(slot.surplusWh, slot.deficitWh))
      }),
    )
  })
})
