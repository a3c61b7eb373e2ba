import { type Conditions, EVIDENCE, market, opened, pack, Status, signRelease } from '../agreement.ts'
import { DAY, ethers, expect, loadFixture, malleate, time } from '../base.ts'
import { delivered, expectOnlyIn, type Market, signEvidence } from './fixture.ts'

/** An opened agreement whose delivery has just begun. */
async function begun(d: Market, conditions: Partial<Conditions> = {}) {
  const deal = await opened(d, {}, conditions)
  await time.increaseTo(BigInt(deal.conditions.start))
  return deal
}

describe('IntentEscrow: deliver', () => {
  it('remembers what the seller reports, and when', async () => {
    const d = await loadFixture(market)
    const deal = await begun(d)
    await expect(
      d.escrow.connect(d.seller).deliver(pack(deal.agreement), deal.conditions, 200n, EVIDENCE, '0x'),
    )
      .to.emit(d.escrow, 'Delivered')
      .withArgs(deal.id, d.buyer, d.seller, 200n, EVIDENCE)
    const now = BigInt(await time.latest())
    expect([...(await d.escrow.recordOf(deal.id))]).to.deep.equal([Status.Delivered, 0n, 200n, now, 0n])
  })

  it('takes the seller’s signed report from anybody', async () => {
    const d = await loadFixture(market)
    const deal = await begun(d)
    const report = await signEvidence(d, d.seller, deal.id)
    await d.escrow.connect(d.stranger).deliver(pack(deal.agreement), deal.conditions, 250n, EVIDENCE, report)
    expect(await d.escrow.statusOf(deal.id)).to.equal(Status.Delivered)
  })

  it('refuses everybody who does not bring the word of the seller', async () => {
    const d = await loadFixture(market)
    const deal = await begun(d)
    const bad = [
      '0x',
      await signEvidence(d, d.buyer, deal.id),
      await signEvidence(d, d.seller, deal.id, { quantity: 249n }),
      await signEvidence(d, d.seller, deal.id, { evidence: ethers.id('other') }),
      await signEvidence(d, d.seller, ethers.id('other')),
      await signRelease(d, d.seller, deal.id),
      malleate(await signEvidence(d, d.seller, deal.id)),
    ]
    for (const report of bad) {
      await expect(
        d.escrow.connect(d.stranger).deliver(pack(deal.agreement), deal.conditions, 250n, EVIDENCE, report),
      )
        .to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
        .withArgs(d.seller)
    }
    await expect(
      d.escrow.connect(d.seller).deliver(pack(deal.agreement), deal.conditions, 250n, EVIDENCE, bad[1] ?? ''),
    ).to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
  })

  it('works from the second of the start to the second of the deadline', async () => {
    const d = await loadFixture(market)
    const [early, late] = [await opened(d, { nonce: 1n }), await opened(d, { nonce: 2n })]
    const deliver = ({ agreement, conditions }: typeof early) =>
      d.escrow.connect(d.seller).deliver(pack(agreement), conditions, 250n, EVIDENCE, '0x')
    const [start, deadline] = [BigInt(early.conditions.start), BigInt(late.agreement.deadline)]
    await time.setNextBlockTimestamp(start - 1n)
    await expect(deliver(early))
      .to.be.revertedWithCustomError(d.escrow, 'DeliveryNotStarted')
      .withArgs(start, start - 1n)
    await time.setNextBlockTimestamp(start)
    await deliver(early)
    await time.setNextBlockTimestamp(deadline + 1n)
    await expect(deliver(late))
      .to.be.revertedWithCustomError(d.escrow, 'DeadlinePassed')
      .withArgs(deadline, deadline + 1n)
  })

  it('works in the second of the deadline', async () => {
    const d = await loadFixture(market)
    const deal = await opened(d)
    await time.setNextBlockTimestamp(BigInt(deal.agreement.deadline))
    await d.escrow.connect(d.seller).deliver(pack(deal.agreement), deal.conditions, 250n, EVIDENCE, '0x')
  })

  it('refuses to report nothing, or more than was agreed', async () => {
    const d = await loadFixture(market)
    const deal = await begun(d)
    for (const quantity of [0n, 251n]) {
      await expect(
        d.escrow.connect(d.seller).deliver(pack(deal.agreement), deal.conditions, quantity, EVIDENCE, '0x'),
      )
        .to.be.revertedWithCustomError(d.escrow, 'InvalidQuantity')
        .withArgs(quantity, 250n)
    }
  })

  it('works in no status but Open, and so once', async () => {
    const d = await loadFixture(market)
    await expectOnlyIn(d, ['Open'], ({ agreement, conditions }) =>
      d.escrow.connect(d.seller).deliver(pack(agreement), conditions, 250n, EVIDENCE, '0x'),
    )
    const deal = await delivered(d)
    await expect(
      d.escrow.connect(d.seller).deliver(pack(deal.agreement), deal.conditions, 250n, EVIDENCE, '0x'),
    ).to.be.revertedWithCustomError(d.escrow, 'UnexpectedStatus')
  })

  it('is shown the conditions that were signed, and no others', async () => {
    const d = await loadFixture(market)
    const deal = await begun(d)
    const changes: Conditions = {
      arbitrator: d.stranger.address,
      meter: d.stranger.address,
      start: 0n,
      end: BigInt(deal.conditions.end) - 1n,
      lateFrom: 0n,
      lateBps: 0n,
      window: 1n,
      splitBps: 1n,
      retail: 1n,
    }
    for (const [field, value] of Object.entries(changes)) {
      const shown = { ...deal.conditions, [field]: value }
      await expect(d.escrow.connect(d.seller).deliver(pack(deal.agreement), shown, 250n, EVIDENCE, '0x'))
        .to.be.revertedWithCustomError(d.escrow, 'ConditionsMismatch')
        .withArgs(await d.escrow.hashConditions(shown), deal.agreement.conditions)
    }
  })
})

describe('IntentEscrow: conditions', () => {
  const now = () => time.latest()
  for (const [name, make] of [
    ['begin of the late stage after the start', async () => ({ lateFrom: (await now()) + 7201 })],
    ['start after the end', async () => ({ start: (await now()) + 10_801 })],
    ['end after the deadline', async () => ({ end: (await now()) + 2 * DAY })],
    ['late share above the whole', async () => ({ lateBps: 10_001n })],
    ['split above the whole', async () => ({ splitBps: 10_001n })],
    ['window of more than three days', async () => ({ window: 3 * DAY + 1 })],
  ] as const) {
    it(`cannot be carried out: ${name}`, async () => {
      const d = await loadFixture(market)
      const deal = await opened(d, {}, await make())
      await time.increaseTo(BigInt(deal.conditions.start))
      await expect(
        d.escrow.connect(d.seller).deliver(pack(deal.agreement), deal.conditions, 250n, EVIDENCE, '0x'),
      ).to.be.revertedWithCustomError(d.escrow, 'InvalidConditions')
    })
  }

  it('may go to the very limits', async () => {
    const d = await loadFixture(market)
    const instant = (await now()) + 100
    const limits = {
      lateFrom: instant,
      start: instant,
      end: instant,
      lateBps: 10_000n,
      splitBps: 10_000n,
      window: 3 * DAY,
    }
    const deal = await opened(d, { expiry: instant - 1, deadline: instant }, limits)
    await time.setNextBlockTimestamp(instant)
    await d.escrow.connect(d.seller).deliver(pack(deal.agreement), deal.conditions, 250n, EVIDENCE, '0x')
  })
})
