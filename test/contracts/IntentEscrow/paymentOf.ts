import { market, newAgreement, PAYMENT } from '../agreement.ts'
import { expect, loadFixture } from '../base.ts'

const MAX_UINT64 = 2n ** 64n - 1n

describe('IntentEscrow: paymentOf', () => {
  it('is quantity times price per lot', async () => {
    const d = await loadFixture(market)
    expect(await d.escrow.paymentOf(await newAgreement(d))).to.equal(PAYMENT)
  })

  it('rounds down', async () => {
    const d = await loadFixture(market)
    const agreement = await newAgreement(d, { quantity: 1n, price: 1999n, lot: 1000n })
    expect(await d.escrow.paymentOf(agreement)).to.equal(1n)
  })

  it('does not overflow at the limits of its fields', async () => {
    const d = await loadFixture(market)
    const agreement = await newAgreement(d, { quantity: MAX_UINT64, price: MAX_UINT64, lot: 1n })
    expect(await d.escrow.paymentOf(agreement)).to.equal(MAX_UINT64 * MAX_UINT64)
  })

  it('panics when the lot is zero', async () => {
    const d = await loadFixture(market)
    const agreement = await newAgreement(d, { lot: 0n })
    await expect(d.escrow.paymentOf(agreement)).to.be.revertedWithPanic(0x12)
  })
})
