import { market, newDeal, PAYMENT, pack } from '../agreement.ts'
import { expect, loadFixture } from '../base.ts'

const MAX_UINT64 = 2n ** 64n - 1n

describe('IntentEscrow: paymentOf', () => {
  it('is quantity times price per lot', async () => {
    const d = await loadFixture(market)
    expect(await d.escrow.paymentOf(pack((await newDeal(d)).agreement), 250n)).to.equal(PAYMENT)
  })

  it('rounds down', async () => {
    const d = await loadFixture(market)
    const { agreement } = await newDeal(d, { price: 1999n, lot: 1000n })
    expect(await d.escrow.paymentOf(pack(agreement), 1n)).to.equal(1n)
  })

  it('does not overflow at the limits of its fields', async () => {
    const d = await loadFixture(market)
    const { agreement } = await newDeal(d, { price: MAX_UINT64, lot: 1n })
    expect(await d.escrow.paymentOf(pack(agreement), MAX_UINT64)).to.equal(MAX_UINT64 * MAX_UINT64)
  })

  it('panics when the lot is zero', async () => {
    const d = await loadFixture(market)
    const { agreement } = await newDeal(d, { lot: 0n })
    await expect(d.escrow.paymentOf(pack(agreement), 1n)).to.be.revertedWithPanic(0x12)
  })
})
