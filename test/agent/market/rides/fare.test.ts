import { expect } from 'chai'
import fc from 'fast-check'
import { fareOf, surchargeOf, usualTariff } from '../../../../agent/market/rides/fare.ts'
import { gasCostOf, protocolFeeOf, usualRollup } from '../../../../agent/market/rides/platform-cost.ts'

const tariff = {
  base: 1_000n,
  perKilometre: 333n,
  perMinute: 77n,
  minimum: 1_200n,
  maxSurcharge: 5_000n,
}

describe('fareOf', () => {
  it('adds base, distance and time, and rounds down once', () => {
    expect(fareOf({ metres: 1500, seconds: 90 }, tariff)).to.equal(1_615n) // 1000 + 499.5 + 115.5
    expect(fareOf({ metres: 1501, seconds: 90 }, tariff)).to.equal(1_615n)
    expect(fareOf({ metres: 2900, seconds: 630 }, usualTariff)).to.equal(9_365_000n)
  })

  it('is at least the minimum, before the surcharge', () => {
    expect(fareOf({ metres: 0, seconds: 0 }, tariff)).to.equal(1_200n)
    expect(fareOf({ metres: 0, seconds: 0 }, tariff, { riders: 11, drivers: 10 })).to.equal(1_320n)
  })

  it('never falls with distance, time or riders, nor rises with drivers', () => {
    const nat = fc.nat(100_000)
    const few = fc.nat(30)
    fc.assert(
      fc.property(nat, nat, few, few, (metres, seconds, riders, drivers) => {
        const fare = fareOf({ metres, seconds }, tariff, { riders, drivers })
        expect(fareOf({ metres: metres + 1, seconds }, tariff, { riders, drivers }) >= fare).to.equal(true)
        expect(fareOf({ metres, seconds: seconds + 1 }, tariff, { riders, drivers }) >= fare).to.equal(true)
        expect(fareOf({ metres, seconds }, tariff, { riders: riders + 1, drivers }) >= fare).to.equal(true)
        if (riders > 0) {
          expect(fareOf({ metres, seconds }, tariff, { riders, drivers: drivers + 1 }) <= fare).to.equal(true)
        }
        expect(2n * fare <= 3n * fareOf({ metres, seconds }, tariff) + 3n, 'half as much again').to.equal(
          true,
        )
      }),
    )
  })

  it('refuses what is no whole number', () => {
    expect(() => fareOf({ metres: 0.5, seconds: 0 }, tariff)).to.throw(RangeError)
    expect(() => fareOf({ metres: 0, seconds: -1 }, tariff)).to.throw(RangeError)
  })
})

describe('surchargeOf', () => {
  it('is what riders outnumber drivers by, up to its bound', () => {
    expect(surchargeOf({ riders: 10, drivers: 10 }, tariff)).to.equal(0n)
    expect(surchargeOf({ riders: 12, drivers: 10 }, tariff)).to.equal(2_000n)
    expect(surchargeOf({ riders: 30, drivers: 10 }, tariff)).to.equal(5_000n)
    expect(surchargeOf({ riders: 1, drivers: 0 }, tariff)).to.equal(5_000n)
  })
})

describe('the cost of the platform', () => {
  it('is gas and data at their prices, rounded up, and the fee, rounded down', () => {
    // 144,500 x 20,000,000 + 900 x 1,000,000,000 = 3.79e12 wei, at 3,000 an ether
    expect(gasCostOf(usualRollup)).to.equal(11_370n)
    expect(gasCostOf({ ...usualRollup, etherPrice: 1n })).to.equal(1n)
    expect(protocolFeeOf(9_365_399n, usualRollup)).to.equal(23_413n)
  })
})
