import { market, opened, PAYMENT, pack, Status, WINDOW } from '../agreement.ts'
import { ethers, expect, loadFixture, time } from '../base.ts'
import { delivered, expectSettlement } from '../IntentEscrow/fixture.ts'

const JUNK = ethers.id('junk')

describe('Regression: early junk evidence that runs the window out before delivery', () => {
  it('takes no evidence before the delivery can have begun', async () => {
    const d = await loadFixture(market)
    const { agreement, conditions } = await opened(d)
    await expect(
      d.escrow.connect(d.seller).deliver(pack(agreement), conditions, 250n, JUNK, '0x'),
    ).to.be.revertedWithCustomError(d.escrow, 'DeliveryNotStarted')
  })

  it('begins the window at the end of the delivery, however early the report was', async () => {
    const d = await loadFixture(market)
    const deal = await delivered(d, {}, { window: 60 })
    const end = BigInt(deal.conditions.end)
    await time.setNextBlockTimestamp(end)
    await expect(d.escrow.connect(d.seller).claim(pack(deal.agreement), deal.conditions))
      .to.be.revertedWithCustomError(d.escrow, 'WindowNotPassed')
      .withArgs(end + 60n, end)
    await time.setNextBlockTimestamp(end + 60n)
    const call = d.escrow.connect(d.buyer).dispute(pack(deal.agreement), deal.conditions, '0x')
    await expect(call).to.emit(d.escrow, 'Disputed')
  })

  it('leaves the buyer its whole window after a report in the last second', async () => {
    const d = await loadFixture(market)
    const deal = await opened(d, {}, { splitBps: 0n })
    const deadline = BigInt(deal.agreement.deadline)
    await time.setNextBlockTimestamp(deadline)
    await d.escrow.connect(d.seller).deliver(pack(deal.agreement), deal.conditions, 250n, JUNK, '0x')
    await time.setNextBlockTimestamp(deadline + BigInt(WINDOW))
    const call = d.escrow.connect(d.buyer).dispute(pack(deal.agreement), deal.conditions, '0x')
    await expectSettlement(d, deal, call, { status: Status.Resolved, refunded: PAYMENT })
  })
})
