import { market, newAgreement, open, opened, Status, signRelease } from '../agreement.ts'
import { ethers, expect, loadFixture, time } from '../base.ts'

describe('IntentEscrow: open a second time', () => {
  it('fails while open', async () => {
    const d = await loadFixture(market)
    const { agreement, id } = await opened(d)
    await expect(open(d, agreement))
      .to.be.revertedWithCustomError(d.escrow, 'UnexpectedStatus')
      .withArgs(id, Status.Open, Status.None)
  })

  it('fails after the settlement', async () => {
    const d = await loadFixture(market)
    const { agreement, id } = await opened(d)
    await d.escrow.settle(agreement, ethers.id('e'), await signRelease(d, d.buyer, id, ethers.id('e')))
    await expect(open(d, agreement))
      .to.be.revertedWithCustomError(d.escrow, 'UnexpectedStatus')
      .withArgs(id, Status.Settled, Status.None)
  })

  it('fails after the refund', async () => {
    const d = await loadFixture(market)
    const { agreement, id } = await opened(d)
    await time.increaseTo(BigInt(agreement.deadline) + 1n)
    await d.escrow.refund(agreement)
    await expect(open(d, agreement))
      .to.be.revertedWithCustomError(d.escrow, 'UnexpectedStatus')
      .withArgs(id, Status.Refunded, Status.None)
  })

  it('fails after the cancellation', async () => {
    const d = await loadFixture(market)
    const agreement = await newAgreement(d)
    await d.escrow.connect(d.seller).cancel(agreement)
    await expect(open(d, agreement))
      .to.be.revertedWithCustomError(d.escrow, 'UnexpectedStatus')
      .withArgs(await d.escrow.idOf(agreement), Status.Cancelled, Status.None)
  })
})
