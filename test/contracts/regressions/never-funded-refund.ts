import { market, newDeal, opened, PAYMENT, pack } from '../agreement.ts'
import { expect, loadFixture, time } from '../base.ts'
import { balanceOf, escrowed, expectOnlyIn } from '../IntentEscrow/fixture.ts'

describe('Regression: a never-funded job claims a refund', () => {
  it('refunds nothing for an agreement that was signed and never opened, out of what others paid in', async () => {
    const d = await loadFixture(market)
    await opened(d, { nonce: 2n })
    const never = await newDeal(d)
    const before = await balanceOf(d, d.buyer)
    await time.increaseTo(BigInt(never.agreement.deadline) + 10n)
    for (const call of [
      () => d.escrow.connect(d.buyer).refund(pack(never.agreement)),
      () => d.escrow.connect(d.buyer).cancel(pack(never.agreement), never.conditions),
      () => d.escrow.connect(d.seller).claim(pack(never.agreement), never.conditions),
    ]) {
      await expect(call()).to.be.revertedWithCustomError(d.escrow, 'UnexpectedStatus')
    }
    expect(await balanceOf(d, d.buyer)).to.equal(before)
    expect(await escrowed(d)).to.equal(PAYMENT)
  })

  it('refunds nothing in any status but Open', async () => {
    const d = await loadFixture(market)
    await expectOnlyIn(d, ['Open'], ({ agreement }) => d.escrow.connect(d.buyer).refund(pack(agreement)))
  })
})
