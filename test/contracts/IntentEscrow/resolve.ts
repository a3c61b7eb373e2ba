import { EVIDENCE, EXPOSURE, market, PAYMENT, pack, Status } from '../agreement.ts'
import { ethers, expect, loadFixture, time } from '../base.ts'
import {
  balanceOf,
  delivered,
  disputed,
  escrowed,
  expectOnlyIn,
  expectSettlement,
  lockedStake,
  type Market,
  mandatedMarket,
  ruledBy,
  signDispute,
} from './fixture.ts'

const Ruling = { None: 0n, Pending: 1n, Ruled: 2n, Silent: 3n }

const rule = (d: Market, ruling: bigint, bps = 0n) =>
  d.arbitrator.setAnswer(ethers.AbiCoder.defaultAbiCoder().encode(['uint8', 'uint16'], [ruling, bps]))

/** The agreed split of the whole payment. */
const split = { status: Status.Resolved, paid: 28_500n - 142n, fee: 142n, refunded: 19_000n }

describe('IntentEscrow: resolve', () => {
  for (const [bps, paid, slashed] of [
    [0n, 0n, EXPOSURE],
    [2500n, 11_875n, 7500n],
    [9999n, 47_495n, 1n],
    [10_000n, PAYMENT, 0n],
  ] as const) {
    it(`pays the seller ${bps} of 10000 as ruled, and slashes it by the rest`, async () => {
      const d = await loadFixture(market)
      const deal = await disputed(d)
      await rule(d, Ruling.Ruled, bps)
      const fee = (paid * 50n) / 10_000n
      const call = d.escrow.connect(d.stranger).resolve(pack(deal.agreement), deal.conditions)
      await expectSettlement(d, deal, call, {
        status: Status.Resolved,
        paid: paid - fee,
        fee,
        refunded: PAYMENT - paid,
        slashed,
      })
      expect(await lockedStake(d)).to.equal(0n)
      expect(await d.vault.claimable(d.buyer)).to.equal(slashed / 2n)
      expect(await d.vault.toBurn()).to.equal(slashed - slashed / 2n)
      expect(await escrowed(d)).to.equal(PAYMENT / 10n)
    })
  }

  it('slashes in proportion to what was contested of the whole', async () => {
    const d = await loadFixture(market)
    const deal = await delivered(d, {}, ruledBy(d), 200n)
    await d.escrow.connect(d.buyer).settle(pack(deal.agreement), 100n, false, EVIDENCE, '0x')
    await d.escrow.connect(d.buyer).dispute(pack(deal.agreement), deal.conditions, '0x')
    await rule(d, Ruling.Ruled, 5000n)
    await expectSettlement(d, deal, d.escrow.resolve(pack(deal.agreement), deal.conditions), {
      status: Status.Resolved,
      paid: 9500n - 47n,
      fee: 47n,
      refunded: 9500n + 9500n,
      slashed: 2000n,
    })
  })

  it('compensates the payer, not the watchtower that disputed', async () => {
    const d = await loadFixture(mandatedMarket)
    const deal = await delivered(d, d.mandated, ruledBy(d))
    const owners = await balanceOf(d, d.stranger)
    const consent = await signDispute(d, d.buyer, deal.id)
    await d.ledger.connect(d.module).move(d.token, d.buyer, d.feeRecipient, PAYMENT, 0n)
    await d.escrow.connect(d.feeRecipient).dispute(pack(deal.agreement), deal.conditions, consent)
    await rule(d, Ruling.Ruled, 0n)
    await d.escrow.resolve(pack(deal.agreement), deal.conditions)
    expect(await balanceOf(d, d.stranger)).to.equal(owners + PAYMENT)
    expect(await d.vault.claimable(d.stranger)).to.equal(EXPOSURE / 2n)
  })

  it('holds the agreed split when the arbitrator stays silent, and slashes nobody', async () => {
    const d = await loadFixture(market)
    const deal = await disputed(d)
    await rule(d, Ruling.Silent, 10_000n)
    await expectSettlement(d, deal, d.escrow.resolve(pack(deal.agreement), deal.conditions), split)
    expect(await lockedStake(d)).to.equal(0n)
  })

  for (const ruling of ['None', 'Pending'] as const) {
    it(`waits for the longest arbitration while the ruling is ${ruling}, and then holds the agreed split`, async () => {
      const d = await loadFixture(market)
      const deal = await disputed(d)
      await rule(d, Ruling[ruling], 10_000n)
      const { disputedAt } = await d.escrow.recordOf(deal.id)
      const latest = disputedAt + (await d.escrow.MAX_ARBITRATION())
      await time.setNextBlockTimestamp(latest)
      await expect(d.escrow.resolve(pack(deal.agreement), deal.conditions))
        .to.be.revertedWithCustomError(d.escrow, 'RulingPending')
        .withArgs(d.arbitrator, latest)
      await time.setNextBlockTimestamp(latest + 1n)
      await expectSettlement(d, deal, d.escrow.resolve(pack(deal.agreement), deal.conditions), split)
    })
  }

  it('takes a late ruling, as long as nobody has called before', async () => {
    const d = await loadFixture(market)
    const deal = await disputed(d)
    await time.increase(await d.escrow.MAX_ARBITRATION())
    await rule(d, Ruling.Ruled, 0n)
    const call = d.escrow.resolve(pack(deal.agreement), deal.conditions)
    await expectSettlement(d, deal, call, {
      status: Status.Resolved,
      refunded: PAYMENT,
      slashed: EXPOSURE,
    })
  })

  it('works in no status but Disputed, and so once', async () => {
    const d = await loadFixture(market)
    await expectOnlyIn(d, ['Disputed'], ({ agreement, conditions }) =>
      d.escrow.resolve(pack(agreement), conditions),
    )
  })

  it('asks the arbitrator that was signed, and no other', async () => {
    const d = await loadFixture(market)
    const deal = await disputed(d)
    const other = await (await ethers.deployContract('TestArbitrator')).getAddress()
    const shown = { ...deal.conditions, arbitrator: other }
    await expect(d.escrow.resolve(pack(deal.agreement), shown)).to.be.revertedWithCustomError(
      d.escrow,
      'ConditionsMismatch',
    )
  })

  it('leaves nothing to anybody else while the case is open', async () => {
    const d = await loadFixture(market)
    const deal = await disputed(d)
    await time.increaseTo(BigInt(deal.agreement.deadline) + 1n)
    for (const call of [
      () => d.escrow.refund(pack(deal.agreement)),
      () => d.escrow.claim(pack(deal.agreement), deal.conditions),
      () => d.escrow.connect(d.seller).cancel(pack(deal.agreement), deal.conditions),
      () => d.escrow.connect(d.buyer).settle(pack(deal.agreement), 250n, false, EVIDENCE, '0x'),
    ]) {
      await expect(call()).to.be.revertedWithCustomError(d.escrow, 'UnexpectedStatus')
    }
  })
})
