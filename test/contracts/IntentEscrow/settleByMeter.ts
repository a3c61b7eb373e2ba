import {
  type Conditions,
  EVIDENCE,
  EXPOSURE,
  market,
  opened,
  PAYMENT,
  pack,
  Status,
  signRelease,
} from '../agreement.ts'
import { ethers, expect, loadFixture, malleate, time } from '../base.ts'
import { balanceOf, delivered, expectOnlyIn, expectSettlement, type Market, signReading } from './fixture.ts'

/** The stranger's key is the meter's. */
const metered = (d: Market): Partial<Conditions> => ({ meter: d.stranger.address })

/** An opened agreement whose delivery has ended, and what reads its meter. */
async function ended(d: Market, overrides = {}, conditions = {}) {
  const deal = await opened(d, overrides, { ...metered(d), ...conditions })
  await time.increaseTo(BigInt(deal.conditions.end))
  const read = async (quantity: bigint, reading?: string) =>
    d.escrow
      .connect(d.payout)
      .settleByMeter(
        pack(deal.agreement),
        deal.conditions,
        quantity,
        reading ?? (await signReading(d, d.stranger, deal.id, quantity)),
      )
  return { deal, read }
}

const evidenceOf = (quantity: bigint) => ethers.toBeHex(quantity, 32)

describe('IntentEscrow: settleByMeter', () => {
  it('pays for what the meter counted, less what the missing costs more elsewhere', async () => {
    const d = await loadFixture(market)
    const before = await balanceOf(d, d.buyer)
    const { deal, read } = await ended(d)
    const earned = 200n * 190n - 50n * 95n
    await expectSettlement(d, deal, read(200n), {
      status: Status.Settled,
      paid: earned - 166n,
      fee: 166n,
      refunded: PAYMENT - earned,
      slashed: EXPOSURE / 10n,
      evidence: evidenceOf(200n),
    })
    expect(await balanceOf(d, d.buyer)).to.equal(before - earned)
    expect((await d.vault.positionOf(d.agentId, d.owner, d.escrow)).locked).to.equal(0n)
  })

  for (const quantity of [250n, 251n, 2n ** 64n - 1n]) {
    it(`pays the whole for ${quantity} of 250`, async () => {
      const d = await loadFixture(market)
      const { deal, read } = await ended(d)
      await expectSettlement(d, deal, read(quantity), {
        status: Status.Settled,
        paid: PAYMENT - 237n,
        fee: 237n,
        evidence: evidenceOf(quantity),
      })
    })
  }

  for (const quantity of [0n, 50n, 83n]) {
    it(`pays nothing, and takes no more, for ${quantity} of 250`, async () => {
      const d = await loadFixture(market)
      const { deal, read } = await ended(d)
      await expectSettlement(d, deal, read(quantity), {
        status: Status.Refunded,
        refunded: PAYMENT,
        slashed: ((EXPOSURE / 2n) * (250n - quantity)) / 250n,
        evidence: evidenceOf(quantity),
      })
    })
  }

  it('takes off nothing when it costs no more elsewhere', async () => {
    const d = await loadFixture(market)
    const { deal, read } = await ended(d, {}, { retail: 100_000n })
    await expectSettlement(d, deal, read(200n), {
      status: Status.Settled,
      paid: 38_000n - 190n,
      fee: 190n,
      refunded: 9500n,
      slashed: EXPOSURE / 10n,
      evidence: evidenceOf(200n),
    })
  })

  it('takes back nothing that the buyer released before', async () => {
    const d = await loadFixture(market)
    for (const [nonce, released, counted, paid, fee, refunded, slashed] of [
      [1n, 100n, 50n, 0n, 0n, 28_500n, 3000n],
      [2n, 100n, 200n, 14_250n - 71n, 71n, 14_250n, 1000n],
    ] as const) {
      const { deal, read } = await ended(d, { nonce })
      await d.escrow.connect(d.buyer).settle(pack(deal.agreement), released, false, EVIDENCE, '0x')
      const outcome = { status: Status.Settled, paid, fee, refunded, slashed, evidence: evidenceOf(counted) }
      await expectSettlement(d, deal, read(counted), outcome)
    }
  })

  it('waits for the end of the delivery', async () => {
    const d = await loadFixture(market)
    const deal = await opened(d, {}, metered(d))
    const end = BigInt(deal.conditions.end)
    const reading = await signReading(d, d.stranger, deal.id, 200n)
    await time.setNextBlockTimestamp(end - 1n)
    await expect(d.escrow.settleByMeter(pack(deal.agreement), deal.conditions, 200n, reading))
      .to.be.revertedWithCustomError(d.escrow, 'DeliveryNotEnded')
      .withArgs(end, end - 1n)
    await time.setNextBlockTimestamp(end)
    await d.escrow.settleByMeter(pack(deal.agreement), deal.conditions, 200n, reading)
  })

  it('refuses an agreement without meter', async () => {
    const d = await loadFixture(market)
    const { read } = await ended(d, {}, { meter: ethers.ZeroAddress })
    await expect(read(200n)).to.be.revertedWithCustomError(d.escrow, 'NoMeter')
  })

  it('refuses what the meter did not sign', async () => {
    const d = await loadFixture(market)
    const { deal, read } = await ended(d)
    for (const reading of [
      '0x',
      await signReading(d, d.seller, deal.id, 200n),
      await signReading(d, d.stranger, deal.id, 199n),
      await signReading(d, d.stranger, ethers.id('another agreement'), 200n),
      await signRelease(d, d.stranger, deal.id, { quantity: 200n }),
      malleate(await signReading(d, d.stranger, deal.id, 200n)),
    ]) {
      await expect(read(200n, reading))
        .to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
        .withArgs(d.stranger)
    }
  })

  it('refuses another meter than the signed one', async () => {
    const d = await loadFixture(market)
    const { deal } = await ended(d)
    const shown = { ...deal.conditions, meter: d.seller.address }
    const reading = await signReading(d, d.seller, deal.id, 250n)
    await expect(
      d.escrow.settleByMeter(pack(deal.agreement), shown, 250n, reading),
    ).to.be.revertedWithCustomError(d.escrow, 'ConditionsMismatch')
  })

  it('takes a reading once', async () => {
    const d = await loadFixture(market)
    await opened(d, { nonce: 2n })
    const { deal, read } = await ended(d)
    await read(200n)
    await expect(read(200n))
      .to.be.revertedWithCustomError(d.escrow, 'UnexpectedStatus')
      .withArgs(deal.id, Status.Settled)
  })

  it('goes before the buyer’s silence, and after its dispute no more', async () => {
    const d = await loadFixture(market)
    const deal = await delivered(d, { nonce: 2n }, metered(d))
    await time.increaseTo(BigInt(deal.conditions.end))
    const reading = await signReading(d, d.stranger, deal.id, 0n)
    const call = d.escrow.settleByMeter(pack(deal.agreement), deal.conditions, 0n, reading)
    await expectSettlement(d, deal, call, {
      status: Status.Refunded,
      refunded: PAYMENT,
      slashed: EXPOSURE / 2n,
      evidence: evidenceOf(0n),
    })
    await expectOnlyIn(d, ['Open', 'Delivered'], ({ agreement, conditions }) =>
      d.escrow.settleByMeter(pack(agreement), conditions, 0n, '0x'),
    )
  })
})
