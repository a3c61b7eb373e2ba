import { EVIDENCE, market, newAgreement, opened, Status } from '../agreement.ts'
import { expect, loadFixture } from '../base.ts'

describe('IntentEscrow: cancel', () => {
  for (const party of ['buyer', 'seller'] as const) {
    it(`lets the ${party} withdraw its word for ever`, async () => {
      const d = await loadFixture(market)
      const agreement = await newAgreement(d)
      const id = await d.escrow.idOf(agreement)
      await expect(d.escrow.connect(d[party]).cancel(agreement))
        .to.emit(d.escrow, 'Cancelled')
        .withArgs(id, d[party])
      expect(await d.escrow.statusOf(id)).to.equal(Status.Cancelled)
      expect(await d.escrow.openedAt(id)).to.equal(0n)
    })
  }

  it('is refused to everybody else', async () => {
    const d = await loadFixture(market)
    const agreement = await newAgreement(d)
    for (const account of [d.stranger, d.payout, d.owner]) {
      await expect(d.escrow.connect(account).cancel(agreement))
        .to.be.revertedWithCustomError(d.escrow, 'NotParty')
        .withArgs(account)
    }
  })

  it('lets nobody cancel for another by naming itself as the other side', async () => {
    const d = await loadFixture(market)
    const agreement = await newAgreement(d)
    await d.escrow.connect(d.stranger).cancel({ ...agreement, seller: d.stranger.address })
    expect(await d.escrow.statusOf(await d.escrow.idOf(agreement))).to.equal(Status.None)
  })

  it('is refused once opened, settled or cancelled', async () => {
    const d = await loadFixture(market)
    const { agreement, id } = await opened(d)
    const cancel = () => d.escrow.connect(d.seller).cancel(agreement)
    await expect(cancel())
      .to.be.revertedWithCustomError(d.escrow, 'UnexpectedStatus')
      .withArgs(id, Status.Open, Status.None)
    await d.escrow.connect(d.buyer).settle(agreement, EVIDENCE, '0x')
    await expect(cancel())
      .to.be.revertedWithCustomError(d.escrow, 'UnexpectedStatus')
      .withArgs(id, Status.Settled, Status.None)
    const other = await newAgreement(d, { nonce: 2n })
    await d.escrow.connect(d.seller).cancel(other)
    await expect(d.escrow.connect(d.buyer).cancel(other)).to.be.revertedWithCustomError(
      d.escrow,
      'UnexpectedStatus',
    )
  })
})
