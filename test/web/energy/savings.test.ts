import { expect } from 'chai'
import fc from 'fast-check'
import { sumOf, totalsOf } from '../../../web/views/energy/savings.ts'

const TARIFF = { retail: 300_000n, feedIn: 80_000n }

describe('savings of homes', () => {
  it('are what the grid would have taken and given, less what was paid and earned instead', () => {
    const totals = totalsOf(
      [
        // 0.5 kWh for 0.10 in place of 0.15; 0.25 kWh for 0.05 in place of 0.02.
        { account: '0xa', side: 'buy', wh: 500n, money: 100_000n },
        { account: '0xb', side: 'sell', wh: 250n, money: 50_000n },
        { account: '0xb', side: 'buy', wh: 100n, money: 40_000n },
      ],
      TARIFF,
    )
    expect(totals).to.deep.equal([
      { account: '0xa', sold: 0n, bought: 500n, earned: 0n, paid: 100_000n, saved: 50_000n },
      { account: '0xb', sold: 250n, bought: 100n, earned: 50_000n, paid: 40_000n, saved: 20_000n },
    ])
  })

  it('are below nought for who would have done better with the grid', () => {
    const [home] = totalsOf([{ account: '0xa', side: 'buy', wh: 1_000n, money: 310_000n }], TARIFF)
    expect(home?.saved).to.equal(-10_000n)
  })

  it('add up to the spread of the tariff on what was traded, less fees, to the rounding of each home', () => {
    const deal = fc.record({
      seller: fc.integer({ min: 0, max: 4 }),
      buyer: fc.integer({ min: 5, max: 9 }),
      wh: fc.bigInt({ min: 1n, max: 5_000n }),
      paid: fc.bigInt({ min: 0n, max: 1_000_000n }),
      fee: fc.bigInt({ min: 0n, max: 1_000n }),
    })
    fc.assert(
      fc.property(fc.array(deal, { maxLength: 30 }), (deals) => {
        const totals = totalsOf(
          deals.flatMap(({ seller, buyer, wh, paid, fee }) => [
            { account: String(buyer), side: 'buy' as const, wh, money: paid },
            { account: String(seller), side: 'sell' as const, wh, money: paid - fee },
          ]),
          TARIFF,
        )
        const wh = deals.reduce((sum, deal) => sum + deal.wh, 0n)
        const fees = deals.reduce((sum, deal) => sum + deal.fee, 0n)
        const exact = (wh * (TARIFF.retail - TARIFF.feedIn)) / 1_000n - fees
        const off = sumOf(totals).saved - exact
        expect(off < 0n ? -off : off).to.be.at.most(BigInt(totals.length) + 1n)
        expect(sumOf(totals)).to.include({ sold: wh, bought: wh })
      }),
    )
  })
})
