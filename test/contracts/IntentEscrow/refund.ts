import { EVIDENCE, EXPOSURE, market, opened, PAYMENT, pack, Status } from '../agreement.ts'
import { expect, loadFixture, time } from '../base.ts'
import { balanceOf, escrowed, expectOnlyIn, expectSettlement, lockedStake } from './fixture.ts'

describe('IntentEscrow: refund', () => {
  it('gives everything back after the deadline and slashes the penalty, whoever asks', async () => {
    const d = await loadFixture(market)
    const before = await balanceOf(d, d.buyer)
    const deal = await opened(d)
    await time.increaseTo(BigInt(deal.agreement.deadline))
    const call = d.escrow.connect(d.stranger).refund(pack(deal.agreement))
    await expectSettlement(d, deal, call, {
      status: Status.Refunded,
      refunded: PAYMENT,
      slashed: EXPOSURE / 2n,
    })
    expect(await balanceOf(d, d.buyer)).to.equal(before)
    expect([await escrowed(d), await lockedStake(d)]).to.deep.equal([0n, 0n])
    expect(await d.vault.claimable(d.buyer)).to.equal(EXPOSURE / 4n)
  })

  it('is refused in the second of the deadline, to the buyer as well', async () => {
    const d = await loadFixture(market)
    const { agreement } = await opened(d)
    await time.setNextBlockTimestamp(BigInt(agreement.deadline))
    await expect(d.escrow.connect(d.buyer).refund(pack(agreement)))
      .to.be.revertedWithCustomError(d.escrow, 'DeadlineNotPassed')
      .withArgs(agreement.deadline, agreement.deadline)
  })

  it('gives back what was not paid, and slashes in proportion to it', async () => {
    const d = await loadFixture(market)
    const deal = await opened(d)
    await d.escrow.connect(d.buyer).settle(pack(deal.agreement), 200n, false, EVIDENCE, '0x')
    await time.increaseTo(BigInt(deal.agreement.deadline))
    await expectSettlement(d, deal, d.escrow.refund(pack(deal.agreement)), {
      status: Status.Refunded,
      refunded: 9500n,
      slashed: EXPOSURE / 10n,
    })
    expect((await d.escrow.receiptOf(pack(deal.agreement))).paid).to.equal(38_000n - 190n)
  })

  it('slashes nothing when rounding paid the whole before', async () => {
    const d = await loadFixture(market)
    const deal = await opened(d, { price: 190n })
    await d.escrow.connect(d.buyer).settle(pack(deal.agreement), 248n, false, EVIDENCE, '0x')
    await time.increaseTo(BigInt(deal.agreement.deadline))
    await expectSettlement(d, deal, d.escrow.refund(pack(deal.agreement)), { status: Status.Refunded })
    expect(await lockedStake(d)).to.equal(0n)
  })

  for (const [penaltyBps, slashed] of [
    [0n, 0n],
    [10_000n, EXPOSURE],
    [1n, 1n],
  ] as const) {
    it(`slashes ${slashed} of ${EXPOSURE} for a penalty of ${penaltyBps}`, async () => {
      const d = await loadFixture(market)
      const deal = await opened(d, { penaltyBps })
      await time.increaseTo(BigInt(deal.agreement.deadline))
      const call = d.escrow.refund(pack(deal.agreement))
      await expectSettlement(d, deal, call, { status: Status.Refunded, refunded: PAYMENT, slashed })
      expect(await lockedStake(d)).to.equal(0n)
    })
  }

  it('slashes and frees nothing when nothing was exposed', async () => {
    const d = await loadFixture(market)
    const deal = await opened(d, { exposure: 0n })
    await time.increaseTo(BigInt(deal.agreement.deadline))
    const call = d.escrow.refund(pack(deal.agreement))
    await expectSettlement(d, deal, call, { status: Status.Refunded, refunded: PAYMENT })
    await expect(call).not.to.emit(d.vault, 'Slashed')
  })

  it('slashes the stake of who had staked, also after the agent was sold and the stake asked back', async () => {
    const d = await loadFixture(market)
    const deal = await opened(d)
    const { staked } = await d.vault.positionOf(d.agentId, d.owner, d.escrow)
    await d.vault.connect(d.owner).requestUnstake(d.agentId, d.escrow, staked)
    await d.registry.connect(d.owner).transferFrom(d.owner, d.stranger, d.agentId)
    await time.increaseTo(BigInt(deal.agreement.deadline))
    await d.escrow.refund(pack(deal.agreement))
    const after = await d.vault.positionOf(d.agentId, d.owner, d.escrow)
    expect([after.staked, after.locked, after.queued]).to.deep.equal([
      staked - EXPOSURE / 2n,
      0n,
      staked - EXPOSURE / 2n,
    ])
  })

  it('works in no status but Open, and so once', async () => {
    const d = await loadFixture(market)
    await expectOnlyIn(d, ['Open'], ({ agreement }) => d.escrow.refund(pack(agreement)))
  })

  it('needs exactly the agreement that was opened', async () => {
    const d = await loadFixture(market)
    const { agreement } = await opened(d)
    await time.increaseTo(BigInt(agreement.deadline))
    for (const change of [
      { quantity: 1_000_000n },
      { payer: d.stranger.address },
      { exposure: 0n },
      { penaltyBps: 10_000n },
    ]) {
      await expect(d.escrow.refund(pack({ ...agreement, ...change }))).to.be.revertedWithCustomError(
        d.escrow,
        'UnexpectedStatus',
      )
    }
  })
})
