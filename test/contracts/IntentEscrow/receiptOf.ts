import { EVIDENCE, FEE, market, newDeal, PAYMENT, pack, Status } from '../agreement.ts'
import { ethers, expect, loadFixture, time } from '../base.ts'
import { delivered, everyStatus } from './fixture.ts'

describe('IntentEscrow: receiptOf, recordOf, statusOf', () => {
  it('say what came of an agreement, whatever that was', async () => {
    const d = await loadFixture(market)
    const paidIn: Record<string, bigint> = { Settled: PAYMENT, Resolved: 28_500n }
    for (const [name, { agreement, id }] of await everyStatus(d)) {
      const paid = paidIn[name] ?? 0n
      const fee = (paid * 50n) / 10_000n
      expect([...(await d.escrow.receiptOf(pack(agreement)))]).to.deep.equal([Status[name], paid - fee, fee])
      const record = await d.escrow.recordOf(id)
      expect([record.status, record.paid]).to.deep.equal([Status[name], paid])
    }
  })

  it('add up payments and fees of many settlements', async () => {
    const d = await loadFixture(market)
    const deal = await delivered(d)
    for (const quantity of [1n, 2n, 99n]) {
      await d.escrow.connect(d.buyer).settle(pack(deal.agreement), quantity, false, EVIDENCE, '0x')
    }
    expect([...(await d.escrow.receiptOf(pack(deal.agreement)))]).to.deep.equal([
      Status.Delivered,
      18_810n - 94n,
      94n,
    ])
    await time.increase(24 * 60 * 60)
    await d.escrow.claim(pack(deal.agreement), deal.conditions)
    expect([...(await d.escrow.receiptOf(pack(deal.agreement)))]).to.deep.equal([
      Status.Settled,
      PAYMENT - FEE,
      FEE,
    ])
  })

  it('know nothing of what was never submitted', async () => {
    const d = await loadFixture(market)
    const { agreement } = await newDeal(d)
    expect([...(await d.escrow.receiptOf(pack(agreement)))]).to.deep.equal([Status.None, 0n, 0n])
    expect([...(await d.escrow.recordOf(ethers.id('nothing')))]).to.deep.equal([0n, 0n, 0n, 0n, 0n])
    expect(await d.escrow.statusOf(ethers.id('nothing'))).to.equal(Status.None)
  })
})
