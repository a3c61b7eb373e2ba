import { expect } from 'chai'
import fc from 'fast-check'
import { feeOf, paymentOf } from '../../protocol/types.ts'
import { uint } from './support/arbitraries.ts'

describe('paymentOf and feeOf', () => {
  it('work out the example of the documentation', () => {
    expect(paymentOf({ quantity: 250n, price: 190_000n, lot: 1000n })).to.equal(47_500n)
    expect(feeOf({ quantity: 250n, price: 190_000n, lot: 1000n, feeBps: 25n })).to.equal(118n)
  })

  it('round down by less than one minor unit, and never take more than the payment', () => {
    const lots = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n })
    const fees = fc.bigInt({ min: 0n, max: 10_000n })
    fc.assert(
      fc.property(uint(64n), uint(64n), lots, fees, (quantity, price, lot, feeBps) => {
        const payment = paymentOf({ quantity, price, lot })
        expect(payment * lot <= quantity * price && quantity * price < (payment + 1n) * lot).to.equal(true)
        const fee = feeOf({ quantity, price, lot, feeBps })
        expect(fee * 10_000n <= payment * feeBps && payment * feeBps < (fee + 1n) * 10_000n).to.equal(true)
        expect(fee <= payment).to.equal(true)
      }),
    )
  })
})
