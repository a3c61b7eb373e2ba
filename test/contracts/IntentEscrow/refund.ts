import { EVIDENCE, market, newAgreement, opened, PAYMENT, Status } from '../agreement.ts'
import { expect, loadFixture, time } from '../base.ts'

describe('IntentEscrow: refund', () => {
  it('gives everything back after the deadline, whoever asks', async () => {
    const d = await loadFixture(market)
    const before = await d.ledger.balanceOf(d.token, d.buyer)
    const { agreement, id } = await opened(d)
    await time.increaseTo(BigInt(agreement.deadline))
    await expect(d.escrow.connect(d.stranger).refund(agreement))
      .to.emit(d.escrow, 'Refunded')
      .withArgs(id, d.buyer, d.seller, PAYMENT)
    expect(await d.ledger.balanceOf(d.token, d.buyer)).to.equal(before)
    expect(await d.ledger.balanceOf(d.token, d.escrow)).to.equal(0n)
    expect(await d.escrow.statusOf(id)).to.equal(Status.Refunded)
    expect((await d.vault.positionOf(d.agentId, d.owner)).locked).to.equal(0n)
  })

  it('is refused in the second of the deadline, to the buyer as well', async () => {
    const d = await loadFixture(market)
    const { agreement } = await opened(d)
    await time.setNextBlockTimestamp(BigInt(agreement.deadline))
    await expect(d.escrow.connect(d.buyer).refund(agreement))
      .to.be.revertedWithCustomError(d.escrow, 'DeadlineNotPassed')
      .withArgs(agreement.deadline, agreement.deadline)
  })

  it('frees nothing when nothing was locked', async () => {
    const d = await loadFixture(market)
    const { agreement } = await opened(d, { exposure: 0n })
    await time.increaseTo(BigInt(agreement.deadline))
    await expect(d.escrow.refund(agreement)).not.to.emit(d.vault, 'Unlocked')
  })

  it('pays once', async () => {
    const d = await loadFixture(market)
    const { agreement, id } = await opened(d)
    await opened(d, { nonce: 2n })
    await time.increaseTo(BigInt(agreement.deadline))
    await d.escrow.refund(agreement)
    await expect(d.escrow.refund(agreement))
      .to.be.revertedWithCustomError(d.escrow, 'UnexpectedStatus')
      .withArgs(id, Status.Refunded, Status.Open)
  })

  it('refunds nothing for what was never funded', async () => {
    const d = await loadFixture(market)
    await opened(d)
    const never = await newAgreement(d, { nonce: 2n })
    const cancelled = await newAgreement(d, { nonce: 3n })
    await d.escrow.connect(d.buyer).cancel(cancelled)
    await time.increaseTo(BigInt(never.deadline) + 10n)
    for (const agreement of [never, cancelled]) {
      await expect(d.escrow.connect(d.buyer).refund(agreement)).to.be.revertedWithCustomError(
        d.escrow,
        'UnexpectedStatus',
      )
    }
  })

  it('refunds nothing for what was settled', async () => {
    const d = await loadFixture(market)
    const { agreement } = await opened(d)
    await opened(d, { nonce: 2n })
    await d.escrow.connect(d.buyer).settle(agreement, EVIDENCE, '0x')
    await time.increaseTo(BigInt(agreement.deadline))
    await expect(d.escrow.refund(agreement)).to.be.revertedWithCustomError(d.escrow, 'UnexpectedStatus')
  })

  it('needs exactly the agreement that was opened', async () => {
    const d = await loadFixture(market)
    const { agreement } = await opened(d)
    await time.increaseTo(BigInt(agreement.deadline))
    for (const change of [{ quantity: 1_000_000n }, { buyer: d.stranger.address }, { exposure: 0n }]) {
      await expect(d.escrow.refund({ ...agreement, ...change })).to.be.revertedWithCustomError(
        d.escrow,
        'UnexpectedStatus',
      )
    }
  })
})
