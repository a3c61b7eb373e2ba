import { EVIDENCE, FEE, market, newConditions, opened, PAYMENT, pack, Status, WINDOW } from '../agreement.ts'
import { expect, loadFixture, time } from '../base.ts'
import { balanceOf, delivered, escrowed, expectOnlyIn, expectSettlement, lockedStake } from './fixture.ts'

describe('IntentEscrow: claim', () => {
  it('pays the seller for the buyer’s silence, whoever asks', async () => {
    const d = await loadFixture(market)
    const deal = await delivered(d)
    await time.increaseTo(BigInt(deal.conditions.end) + BigInt(WINDOW))
    const call = d.escrow.connect(d.stranger).claim(pack(deal.agreement), deal.conditions)
    await expectSettlement(d, deal, call, { status: Status.Settled, paid: PAYMENT - FEE, fee: FEE })
    expect(await balanceOf(d, d.payout)).to.equal(PAYMENT - FEE)
    expect([await escrowed(d), await lockedStake(d)]).to.deep.equal([0n, 0n])
  })

  it('refunds what was not reported', async () => {
    const d = await loadFixture(market)
    const deal = await delivered(d, {}, {}, 100n)
    await time.increaseTo(BigInt(deal.conditions.end) + BigInt(WINDOW))
    await expectSettlement(d, deal, d.escrow.claim(pack(deal.agreement), deal.conditions), {
      status: Status.Settled,
      paid: 18_905n,
      fee: 95n,
      refunded: 28_500n,
    })
  })

  it('counts what the buyer released before, and never takes it back', async () => {
    const d = await loadFixture(market)
    for (const [released, paid, fee, refunded] of [
      [50n, 9452n, 48n, 28_500n],
      [150n, 0n, 0n, 19_000n],
    ] as const) {
      const deal = await delivered(d, { nonce: released }, {}, 100n)
      await d.escrow.connect(d.buyer).settle(pack(deal.agreement), released, false, EVIDENCE, '0x')
      await time.increaseTo(BigInt(deal.conditions.end) + BigInt(WINDOW))
      const call = d.escrow.claim(pack(deal.agreement), deal.conditions)
      await expectSettlement(d, deal, call, { status: Status.Settled, paid, fee, refunded })
    }
  })

  it('waits for the whole window after the end of the delivery when the report came early', async () => {
    const d = await loadFixture(market)
    const deal = await delivered(d)
    const end = BigInt(deal.conditions.end) + BigInt(WINDOW)
    await time.setNextBlockTimestamp(end)
    await expect(d.escrow.connect(d.seller).claim(pack(deal.agreement), deal.conditions))
      .to.be.revertedWithCustomError(d.escrow, 'WindowNotPassed')
      .withArgs(end, end)
    await time.setNextBlockTimestamp(end + 1n)
    await d.escrow.connect(d.seller).claim(pack(deal.agreement), deal.conditions)
  })

  it('waits for the whole window after the report when that came late', async () => {
    const d = await loadFixture(market)
    const deal = await opened(d)
    const reported = BigInt(deal.agreement.deadline)
    await time.setNextBlockTimestamp(reported)
    await d.escrow.connect(d.seller).deliver(pack(deal.agreement), deal.conditions, 250n, EVIDENCE, '0x')
    const end = reported + BigInt(WINDOW)
    await time.setNextBlockTimestamp(end)
    await expect(d.escrow.claim(pack(deal.agreement), deal.conditions)).to.be.revertedWithCustomError(
      d.escrow,
      'WindowNotPassed',
    )
    await time.setNextBlockTimestamp(end + 1n)
    await d.escrow.claim(pack(deal.agreement), deal.conditions)
  })

  it('works in no status but Delivered', async () => {
    const d = await loadFixture(market)
    await expectOnlyIn(d, ['Delivered'], ({ agreement, conditions }) =>
      d.escrow.claim(pack(agreement), conditions),
    )
  })

  it('is not shortened by other conditions', async () => {
    const d = await loadFixture(market)
    const deal = await delivered(d)
    const shown = await newConditions({ window: 0n })
    await expect(d.escrow.claim(pack(deal.agreement), shown)).to.be.revertedWithCustomError(
      d.escrow,
      'ConditionsMismatch',
    )
  })
})
