import { EVIDENCE, market, PAYMENT, pack, Status, signRelease, WINDOW } from '../agreement.ts'
import { ethers, expect, loadFixture, malleate, time } from '../base.ts'
import {
  balanceOf,
  delivered,
  escrowed,
  expectOnlyIn,
  expectSettlement,
  lockedStake,
  mandatedMarket,
  ruledBy,
  signDispute,
} from './fixture.ts'

/** 60 % of the payment, which the conditions give to the seller when nobody rules. */
const split = { status: Status.Resolved, paid: 28_500n - 142n, fee: 142n, refunded: 19_000n }

describe('IntentEscrow: dispute, without arbitrator', () => {
  it('splits what was contested as agreed, at once, and slashes nobody', async () => {
    const d = await loadFixture(market)
    const before = await balanceOf(d, d.buyer)
    const deal = await delivered(d)
    const call = d.escrow.connect(d.buyer).dispute(pack(deal.agreement), deal.conditions, '0x')
    await expect(call)
      .to.emit(d.escrow, 'Disputed')
      .withArgs(deal.id, d.buyer, d.seller, ethers.ZeroAddress, PAYMENT)
    await expectSettlement(d, deal, call, split)
    expect(await balanceOf(d, d.buyer)).to.equal(before - 28_500n)
    expect([await escrowed(d), await lockedStake(d)]).to.deep.equal([0n, 0n])
  })

  it('splits what was reported and not released before; what was not reported goes back', async () => {
    const d = await loadFixture(market)
    const deal = await delivered(d, {}, {}, 200n)
    await d.escrow.connect(d.buyer).settle(pack(deal.agreement), 100n, false, EVIDENCE, '0x')
    const call = d.escrow.connect(d.buyer).dispute(pack(deal.agreement), deal.conditions, '0x')
    await expect(call)
      .to.emit(d.escrow, 'Disputed')
      .withArgs(deal.id, d.buyer, d.seller, ethers.ZeroAddress, 19_000n)
    await expectSettlement(d, deal, call, {
      status: Status.Resolved,
      paid: 11_400n - 57n,
      fee: 57n,
      refunded: 7600n + 9500n,
    })
  })

  for (const [splitBps, paid] of [
    [0n, 0n],
    [10_000n, PAYMENT],
  ] as const) {
    it(`gives the seller ${splitBps} of 10000 when that was agreed`, async () => {
      const d = await loadFixture(market)
      const deal = await delivered(d, {}, { splitBps })
      const call = d.escrow.connect(d.buyer).dispute(pack(deal.agreement), deal.conditions, '0x')
      const fee = (paid * 50n) / 10_000n
      const outcome = { status: Status.Resolved, paid: paid - fee, fee, refunded: PAYMENT - paid }
      await expectSettlement(d, deal, call, outcome)
    })
  }

  it('refuses to contest what was released already', async () => {
    const d = await loadFixture(market)
    const deal = await delivered(d, {}, {}, 100n)
    await d.escrow.connect(d.buyer).settle(pack(deal.agreement), 100n, false, EVIDENCE, '0x')
    await expect(
      d.escrow.connect(d.buyer).dispute(pack(deal.agreement), deal.conditions, '0x'),
    ).to.be.revertedWithCustomError(d.escrow, 'NothingContested')
  })

  it('works in no status but Delivered', async () => {
    const d = await loadFixture(market)
    await expectOnlyIn(d, ['Delivered'], ({ agreement, conditions }) =>
      d.escrow.connect(d.buyer).dispute(pack(agreement), conditions, '0x'),
    )
  })

  it('comes in the last second of the window and not after', async () => {
    const d = await loadFixture(market)
    const deal = await delivered(d)
    const end = BigInt(deal.conditions.end) + BigInt(WINDOW)
    const dispute = () => d.escrow.connect(d.buyer).dispute(pack(deal.agreement), deal.conditions, '0x')
    await time.setNextBlockTimestamp(end + 1n)
    await expect(dispute())
      .to.be.revertedWithCustomError(d.escrow, 'WindowPassed')
      .withArgs(end, end + 1n)
    await time.setNextBlockTimestamp(end)
    await dispute()
  })

  it('is shown the conditions that were signed', async () => {
    const d = await loadFixture(market)
    const deal = await delivered(d)
    const shown = { ...deal.conditions, splitBps: 0n }
    await expect(
      d.escrow.connect(d.buyer).dispute(pack(deal.agreement), shown, '0x'),
    ).to.be.revertedWithCustomError(d.escrow, 'ConditionsMismatch')
  })
})

describe('IntentEscrow: dispute, who may', () => {
  it('is the payer as well', async () => {
    const d = await loadFixture(mandatedMarket)
    const deal = await delivered(d, d.mandated)
    const call = d.escrow.connect(d.stranger).dispute(pack(deal.agreement), deal.conditions, '0x')
    await expectSettlement(d, deal, call, split)
  })

  it('is a watchtower that has the buyer’s signature', async () => {
    const d = await loadFixture(market)
    const deal = await delivered(d)
    const consent = await signDispute(d, d.buyer, deal.id)
    const call = d.escrow.connect(d.stranger).dispute(pack(deal.agreement), deal.conditions, consent)
    await expectSettlement(d, deal, call, split)
  })

  it('is nobody else, whatever it brings', async () => {
    const d = await loadFixture(market)
    const deal = await delivered(d)
    for (const consent of [
      '0x',
      await signDispute(d, d.stranger, deal.id),
      await signDispute(d, d.seller, deal.id),
      await signDispute(d, d.buyer, ethers.id('another agreement')),
      await signRelease(d, d.buyer, deal.id),
      malleate(await signDispute(d, d.buyer, deal.id)),
    ]) {
      await expect(d.escrow.connect(d.stranger).dispute(pack(deal.agreement), deal.conditions, consent))
        .to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
        .withArgs(d.buyer)
    }
  })

  it('is not the buyer with a wrong signature: it meant something else', async () => {
    const d = await loadFixture(market)
    const deal = await delivered(d)
    const wrong = await signDispute(d, d.buyer, ethers.id('another agreement'))
    await expect(
      d.escrow.connect(d.buyer).dispute(pack(deal.agreement), deal.conditions, wrong),
    ).to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
  })
})

describe('IntentEscrow: dispute, with an arbitrator', () => {
  it('brings the case, and the caller’s bond', async () => {
    const d = await loadFixture(market)
    const deal = await delivered(d, {}, ruledBy(d), 200n)
    await d.escrow.connect(d.buyer).settle(pack(deal.agreement), 100n, false, EVIDENCE, '0x')
    const before = await balanceOf(d, d.buyer)
    await expect(d.escrow.connect(d.buyer).dispute(pack(deal.agreement), deal.conditions, '0x'))
      .to.emit(d.escrow, 'Disputed')
      .withArgs(deal.id, d.buyer, d.seller, d.arbitrator, 19_000n)
    const now = BigInt(await time.latest())
    const record = [...(await d.escrow.recordOf(deal.id))]
    expect(record).to.deep.equal([Status.Disputed, 19_000n, 200n, record[3], now])
    expect([...(await d.arbitrator.last())]).to.deep.equal([
      deal.id,
      d.buyer.address,
      d.seller.address,
      d.buyer.address,
      d.owner.address,
      d.buyer.address,
      d.addresses.token,
      19_000n,
    ])
    expect(await balanceOf(d, d.buyer)).to.equal(before - 1900n)
    expect(await lockedStake(d)).to.equal(deal.agreement.exposure)
  })

  it('is at the watchtower’s expense, while the buyer stays the plaintiff', async () => {
    const d = await loadFixture(mandatedMarket)
    const deal = await delivered(d, {}, ruledBy(d))
    const [buyers, towers] = [await balanceOf(d, d.buyer), await balanceOf(d, d.stranger)]
    const consent = await signDispute(d, d.buyer, deal.id)
    await d.escrow.connect(d.stranger).dispute(pack(deal.agreement), deal.conditions, consent)
    const { plaintiff, bonder } = await d.arbitrator.last()
    expect([plaintiff, bonder]).to.deep.equal([d.buyer.address, d.stranger.address])
    expect(await balanceOf(d, d.buyer)).to.equal(buyers)
    expect(await balanceOf(d, d.stranger)).to.equal(towers - PAYMENT / 10n)
  })

  it('needs the bond', async () => {
    const d = await loadFixture(market)
    const deal = await delivered(d, {}, ruledBy(d))
    await d.ledger.connect(d.module).take(d.token, d.buyer, (await balanceOf(d, d.buyer)) - 4749n)
    await expect(d.escrow.connect(d.buyer).dispute(pack(deal.agreement), deal.conditions, '0x'))
      .to.be.revertedWithCustomError(d.ledger, 'BalanceTooLow')
      .withArgs(d.token, d.buyer, 4749n, 4750n)
    expect(await d.escrow.statusOf(deal.id)).to.equal(Status.Delivered)
  })

  it('refuses an arbitrator that may take too long', async () => {
    const d = await loadFixture(market)
    const longest = await d.escrow.MAX_ARBITRATION()
    const deal = await delivered(d, {}, ruledBy(d))
    const dispute = () => d.escrow.connect(d.buyer).dispute(pack(deal.agreement), deal.conditions, '0x')
    await d.arbitrator.setMaxDuration(longest + 1n)
    await expect(dispute())
      .to.be.revertedWithCustomError(d.escrow, 'ArbitratorTooSlow')
      .withArgs(d.arbitrator, longest + 1n)
    await d.arbitrator.setMaxDuration(longest)
    await dispute()
  })

  it('changes nothing when the arbitrator takes no case', async () => {
    const d = await loadFixture(market)
    const deal = await delivered(d, {}, ruledBy(d))
    await d.arbitrator.setMode(1)
    await expect(
      d.escrow.connect(d.buyer).dispute(pack(deal.agreement), deal.conditions, '0x'),
    ).to.be.revertedWith('told to revert')
    expect(await d.escrow.statusOf(deal.id)).to.equal(Status.Delivered)
  })

  it('refuses an arbitrator that is no contract', async () => {
    const d = await loadFixture(market)
    const deal = await delivered(d, {}, { arbitrator: d.stranger.address })
    await expect(d.escrow.connect(d.buyer).dispute(pack(deal.agreement), deal.conditions, '0x')).to.be.revert(
      ethers,
    )
  })

  it('cannot be entered by the arbitrator while it takes the case', async () => {
    const d = await loadFixture(market)
    const deal = await delivered(d, {}, ruledBy(d))
    const resolve = d.escrow.interface.encodeFunctionData('resolve', [pack(deal.agreement), deal.conditions])
    await d.arbitrator.arm(resolve)
    await d.escrow.connect(d.buyer).dispute(pack(deal.agreement), deal.conditions, '0x')
    const guarded = d.escrow.interface.encodeErrorResult('ReentrancyGuardReentrantCall', [])
    expect(await d.arbitrator.result()).to.equal(guarded)
    expect(await d.escrow.statusOf(deal.id)).to.equal(Status.Disputed)
  })
})
