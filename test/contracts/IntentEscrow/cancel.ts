import { EVIDENCE, EXPOSURE, market, newConditions, opened, PAYMENT, pack, Status } from '../agreement.ts'
import { expect, loadFixture, time } from '../base.ts'
import {
  balanceOf,
  delivered,
  escrowed,
  expectOnlyIn,
  expectSettlement,
  expectStatusRefused,
  lockedStake,
  type Market,
  mandatedMarket,
} from './fixture.ts'

/** First and last second of each stage, and what it costs in hundredths of a percent. */
const stages = [
  ['before it is late', 'lateFrom', -1n, 0n],
  ['when it begins to be late', 'lateFrom', 0n, 1000n],
  ['in the last second before the start', 'start', -1n, 1000n],
  ['from the start on', 'start', 0n, 5000n],
  ['in the last second before the end', 'end', -1n, 5000n],
] as const

/** A buyer also pays for the part of the delivery that is over: the last second is one of 3600. */
const buyerStages = [
  ...stages.slice(0, -1),
  ['when three quarters of the delivery are over', 'end', -900n, 7500n],
  ['in the last second before the end', 'end', -1n, 9997n],
] as const

const expectPartedWith = async (d: Market) =>
  expect([await escrowed(d), await lockedStake(d)]).to.deep.equal([0n, 0n])

describe('IntentEscrow: cancel, by the buyer', () => {
  for (const [name, moment, offset, bps] of buyerStages) {
    it(`pays ${bps} of 10000 of what is in escrow ${name}`, async () => {
      const d = await loadFixture(market)
      const deal = await opened(d)
      await time.setNextBlockTimestamp(BigInt(deal.conditions[moment]) + offset)
      const paid = (PAYMENT * bps) / 10_000n
      const fee = (paid * 50n) / 10_000n
      const call = d.escrow.connect(d.buyer).cancel(pack(deal.agreement), deal.conditions)
      await expectSettlement(d, deal, call, {
        status: Status.Cancelled,
        paid: paid - fee,
        fee,
        refunded: PAYMENT - paid,
      })
      await expectPartedWith(d)
    })
  }

  it('pays of what is still in escrow, on top of what was released', async () => {
    const d = await loadFixture(market)
    const deal = await opened(d)
    await d.escrow.connect(d.buyer).settle(pack(deal.agreement), 150n, false, EVIDENCE, '0x')
    await time.setNextBlockTimestamp(BigInt(deal.conditions.start))
    const call = d.escrow.connect(d.buyer).cancel(pack(deal.agreement), deal.conditions)
    await expectSettlement(d, deal, call, {
      status: Status.Cancelled,
      paid: 9500n - 48n,
      fee: 48n,
      refunded: 9500n,
    })
  })

  it('is refused when the delivery may have ended', async () => {
    const d = await loadFixture(market)
    const deal = await opened(d)
    const end = BigInt(deal.conditions.end)
    await time.setNextBlockTimestamp(end)
    await expect(d.escrow.connect(d.buyer).cancel(pack(deal.agreement), deal.conditions))
      .to.be.revertedWithCustomError(d.escrow, 'DeliveryEnded')
      .withArgs(end, end)
  })

  it('is refused after a report: then there is the dispute', async () => {
    const d = await loadFixture(market)
    const deal = await delivered(d)
    const call = d.escrow.connect(d.buyer).cancel(pack(deal.agreement), deal.conditions)
    await expectStatusRefused(d, deal, call, Status.Delivered)
  })

  it('is the payer’s right as well', async () => {
    const d = await loadFixture(mandatedMarket)
    const before = await balanceOf(d, d.stranger)
    const deal = await opened(d, d.mandated)
    await d.escrow.connect(d.stranger).cancel(pack(deal.agreement), deal.conditions)
    expect(await balanceOf(d, d.stranger)).to.equal(before)
    await expectPartedWith(d)
  })
})

describe('IntentEscrow: cancel, by the seller', () => {
  for (const [name, moment, offset, bps] of [...stages, ['after the end', 'end', 1n, 5000n] as const]) {
    it(`loses ${bps} of 10000 of its exposure ${name}`, async () => {
      const d = await loadFixture(market)
      const deal = await opened(d)
      await time.setNextBlockTimestamp(BigInt(deal.conditions[moment]) + offset)
      const slashed = (EXPOSURE * bps) / 10_000n
      const call = d.escrow.connect(d.seller).cancel(pack(deal.agreement), deal.conditions)
      const at = BigInt(deal.conditions[moment]) + offset
      const status = at < BigInt(deal.conditions.start) ? Status.Cancelled : Status.Refunded
      await expectSettlement(d, deal, call, { status, refunded: PAYMENT, slashed })
      await expectPartedWith(d)
      expect(await d.vault.claimable(d.buyer)).to.equal(slashed / 2n)
    })
  }

  it('loses in proportion to what was not paid', async () => {
    const d = await loadFixture(market)
    const deal = await opened(d)
    await d.escrow.connect(d.buyer).settle(pack(deal.agreement), 200n, false, EVIDENCE, '0x')
    await time.setNextBlockTimestamp(BigInt(deal.conditions.start))
    const call = d.escrow.connect(d.seller).cancel(pack(deal.agreement), deal.conditions)
    await expectSettlement(d, deal, call, { status: Status.Refunded, refunded: 9500n, slashed: 1000n })
  })

  it('takes back what it reported at the price of the last stage', async () => {
    const d = await loadFixture(market)
    const deal = await delivered(d)
    const call = d.escrow.connect(d.seller).cancel(pack(deal.agreement), deal.conditions)
    await expectSettlement(d, deal, call, {
      status: Status.Refunded,
      refunded: PAYMENT,
      slashed: EXPOSURE / 2n,
    })
    await expectPartedWith(d)
  })
})

describe('IntentEscrow: cancel', () => {
  it('is refused to everybody else', async () => {
    const d = await loadFixture(market)
    const { agreement, conditions } = await opened(d)
    for (const account of [d.stranger, d.payout, d.owner]) {
      await expect(d.escrow.connect(account).cancel(pack(agreement), conditions))
        .to.be.revertedWithCustomError(d.escrow, 'NotParty')
        .withArgs(account)
    }
  })

  it('works in no status but Open and, for the seller, Delivered', async () => {
    const d = await loadFixture(market)
    await expectOnlyIn(d, ['Open', 'Delivered'], ({ agreement, conditions }) =>
      d.escrow.connect(d.seller).cancel(pack(agreement), conditions),
    )
  })

  it('is not cheaper under other conditions', async () => {
    const d = await loadFixture(market)
    const deal = await opened(d)
    const shown = await newConditions({ lateBps: 0n })
    for (const party of [d.buyer, d.seller]) {
      await expect(d.escrow.connect(party).cancel(pack(deal.agreement), shown)).to.be.revertedWithCustomError(
        d.escrow,
        'ConditionsMismatch',
      )
    }
  })
})
