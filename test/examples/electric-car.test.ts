import { expect } from 'chai'
import fc from 'fast-check'
import { CarBattery, planAt } from '../../examples/electric-car/car.ts'

const BATTERY = { capacityWh: 10_000, powerW: 4_000, efficiency: 90 }

describe('the battery of the example car', () => {
  it('takes what its power and its room allow, and gives what is above the reserve', () => {
    const battery = new CarBattery(BATTERY, 2_000)
    expect(battery.within(900)).to.deep.equal({ buysWh: 1000n, sellsWh: 0n })
    battery.expect(1000)
    battery.arrive(1000, 1000, 90_000n)
    expect(battery.storedWh).to.equal(2_900)
    expect(battery.within(900)).to.deep.equal({ buysWh: 1000n, sellsWh: 900n })
    // 0.09 for 1 kWh, of which 0.9 kWh came in: 0.10 a kWh, and the wear.
    expect(battery.worth(20_000n)).to.equal(120_000n)
    battery.give(450)
    expect(battery.worth(20_000n)).to.equal(120_000n)
    expect(() => battery.give(451)).to.throw(RangeError, '450 Wh above the reserve, 451 Wh sold')
  })

  it('has room for what was bought before it is there, and again when it does not come', () => {
    const battery = new CarBattery(BATTERY, 9_000)
    expect(battery.within(3_600).buysWh).to.equal(1_111n)
    battery.expect(1_111)
    expect(battery.within(3_600).buysWh).to.be.below(3n)
    expect(() => battery.expect(500)).to.throw(RangeError)
    battery.arrive(1_111, 0, 0n)
    expect(battery.storedWh).to.equal(9_000)
    expect(battery.within(3_600).buysWh).to.equal(1_111n)
  })

  it('keeps reserve and capacity, and sells for no less than it paid, whatever is traded', () => {
    const steps = fc.array(
      fc.record({
        share: fc.double({ min: 0, max: 1, noNaN: true }),
        price: fc.bigInt(0n, 300_000n),
        buys: fc.boolean(),
      }),
    )
    fc.assert(
      fc.property(steps, (trades) => {
        const battery = new CarBattery(BATTERY, 2_000)
        let [paid, received] = [0n, 0n]
        for (const { share, price, buys } of trades) {
          const { buysWh, sellsWh } = battery.within(900)
          const wh = Math.floor(Number(buys ? buysWh : sellsWh) * share)
          const payment = (BigInt(wh) * price) / 1000n
          if (buys) {
            battery.expect(wh)
            battery.arrive(wh, wh, payment)
            paid += payment
          } else {
            received += (BigInt(wh) * battery.worth(0n) + 999n) / 1000n
            battery.give(wh)
          }
          expect(battery.storedWh).to.be.within(2_000, 10_000)
        }
        // What is left in it is worth what it cost.
        const left = (battery.worth(0n) * BigInt(battery.storedWh - 2_000) + 999n) / 1000n
        if (battery.storedWh > 2_000) expect(received + left >= paid).to.equal(true)
      }),
      { verbose: 1 },
    )
  })

  it('is none that cannot be', () => {
    expect(() => new CarBattery({ ...BATTERY, powerW: 0 }, 0)).to.throw('powerW')
    expect(() => new CarBattery(BATTERY, 10_001)).to.throw('storedWh')
    for (const wh of [-1, Number.NaN]) expect(() => new CarBattery(BATTERY, 0).give(wh)).to.throw(RangeError)
  })

  it('has a plan for each hour', () => {
    expect([3, 8, 12, 16, 19, 23].map(planAt)).to.deep.equal([
      'charge',
      'drive',
      'charge',
      'drive',
      'sell',
      'drive',
    ])
  })
})
