import { EVIDENCE, EXPOSURE, FEE, market, opened, PAYMENT, pack, Status, signRelease } from '../agreement.ts'
import { expect, loadFixture } from '../base.ts'
import { balanceOf, delivered, escrowed, expectSettlement, feesOf, lockedStake } from './fixture.ts'

const PRICE = 190n

describe('IntentEscrow: settle, in parts', () => {
  it('pays what was released so far, less what was paid before, and goes on', async () => {
    const d = await loadFixture(market)
    const deal = await opened(d)
    const settle = (quantity: bigint) =>
      d.escrow.connect(d.buyer).settle(pack(deal.agreement), quantity, false, EVIDENCE, '0x')
    const part = { status: Status.Open, evidence: EVIDENCE }
    await expectSettlement(d, deal, settle(100n), { ...part, paid: 18_905n, fee: 95n })
    await expectSettlement(d, deal, settle(150n), { ...part, paid: 9453n, fee: 47n })
    expect(await escrowed(d)).to.equal(PAYMENT - 150n * PRICE)
    expect(await lockedStake(d)).to.equal(EXPOSURE)
    const rest = { status: Status.Settled, evidence: EVIDENCE, paid: 18_905n, fee: 95n }
    await expectSettlement(d, deal, settle(250n), rest)
    expect(await balanceOf(d, d.payout)).to.equal(PAYMENT - FEE)
    expect(await lockedStake(d)).to.equal(0n)
  })

  it('takes the same fee of many small releases as of one', async () => {
    const d = await loadFixture(market)
    const deal = await opened(d, { quantity: 25n })
    for (let quantity = 1n; quantity <= 25n; quantity++) {
      await d.escrow.connect(d.buyer).settle(pack(deal.agreement), quantity, false, EVIDENCE, '0x')
    }
    const payment = 25n * PRICE
    const fee = (payment * 50n) / 10_000n
    expect(await feesOf(d, d.payout)).to.equal(fee)
    expect(await balanceOf(d, d.payout)).to.equal(payment - fee)
    expect(await escrowed(d)).to.equal(0n)
    expect([...(await d.escrow.receiptOf(pack(deal.agreement)))]).to.deep.equal([
      Status.Settled,
      payment - fee,
      fee,
    ])
  })

  it('pays a release once, and never less than before', async () => {
    const d = await loadFixture(market)
    const deal = await opened(d)
    const releases = new Map<bigint, string>()
    for (const quantity of [99n, 100n]) {
      releases.set(quantity, await signRelease(d, d.buyer, deal.id, { quantity }))
    }
    const settle = (quantity: bigint) =>
      d.escrow.settle(pack(deal.agreement), quantity, false, EVIDENCE, releases.get(quantity) ?? '0x')
    await settle(100n)
    for (const quantity of [100n, 99n]) {
      await expect(settle(quantity))
        .to.be.revertedWithCustomError(d.escrow, 'InvalidQuantity')
        .withArgs(quantity, 250n)
    }
  })

  it('refuses more than was agreed, and nothing', async () => {
    const d = await loadFixture(market)
    const deal = await opened(d)
    for (const quantity of [0n, 251n]) {
      await expect(d.escrow.connect(d.buyer).settle(pack(deal.agreement), quantity, false, EVIDENCE, '0x'))
        .to.be.revertedWithCustomError(d.escrow, 'InvalidQuantity')
        .withArgs(quantity, 250n)
    }
  })

  it('ends with less when the buyer says that it was the last, and the seller agrees by calling', async () => {
    const d = await loadFixture(market)
    const before = await balanceOf(d, d.buyer)
    const deal = await opened(d)
    const release = await signRelease(d, d.buyer, deal.id, { quantity: 100n, last: true })
    const call = d.escrow.connect(d.seller).settle(pack(deal.agreement), 100n, true, EVIDENCE, release)
    const [paid, refunded] = [100n * PRICE, 150n * PRICE]
    await expectSettlement(d, deal, call, {
      status: Status.Settled,
      paid: paid - 95n,
      fee: 95n,
      refunded,
      evidence: EVIDENCE,
    })
    expect(await balanceOf(d, d.buyer)).to.equal(before - paid)
    expect(await lockedStake(d)).to.equal(0n)
  })

  it('lets nobody but the seller end it with less, the buyer included', async () => {
    const d = await loadFixture(market)
    const deal = await opened(d)
    const release = await signRelease(d, d.buyer, deal.id, { quantity: 100n, last: true })
    for (const account of [d.buyer, d.stranger, d.owner, d.payout]) {
      await expect(d.escrow.connect(account).settle(pack(deal.agreement), 100n, true, EVIDENCE, release))
        .to.be.revertedWithCustomError(d.escrow, 'NotParty')
        .withArgs(account)
    }
  })

  it('lets the seller end it with what was paid before, when the buyer says that nothing more comes', async () => {
    const d = await loadFixture(market)
    const deal = await opened(d)
    await d.escrow.connect(d.buyer).settle(pack(deal.agreement), 100n, false, EVIDENCE, '0x')
    const release = await signRelease(d, d.buyer, deal.id, { quantity: 100n, last: true })
    const call = d.escrow.connect(d.seller).settle(pack(deal.agreement), 100n, true, EVIDENCE, release)
    await expectSettlement(d, deal, call, {
      status: Status.Settled,
      refunded: 150n * PRICE,
      evidence: EVIDENCE,
    })
    expect(await lockedStake(d)).to.equal(0n)
  })

  it('ends with the whole also when rounding leaves nothing to pay for the last part', async () => {
    const d = await loadFixture(market)
    const deal = await opened(d, { price: 190n })
    await d.escrow.connect(d.buyer).settle(pack(deal.agreement), 248n, false, EVIDENCE, '0x')
    expect(await escrowed(d)).to.equal(0n)
    const call = d.escrow.connect(d.buyer).settle(pack(deal.agreement), 250n, false, EVIDENCE, '0x')
    await expectSettlement(d, deal, call, { status: Status.Settled, evidence: EVIDENCE })
    expect(await lockedStake(d)).to.equal(0n)
  })

  it('does not end with nothing at all', async () => {
    const d = await loadFixture(market)
    const deal = await opened(d)
    const release = await signRelease(d, d.buyer, deal.id, { quantity: 0n, last: true })
    await expect(d.escrow.connect(d.seller).settle(pack(deal.agreement), 0n, true, EVIDENCE, release))
      .to.be.revertedWithCustomError(d.escrow, 'InvalidQuantity')
      .withArgs(0n, 250n)
  })

  it('leaves a reported delivery reported', async () => {
    const d = await loadFixture(market)
    const deal = await delivered(d)
    const call = d.escrow.connect(d.buyer).settle(pack(deal.agreement), 100n, false, EVIDENCE, '0x')
    await expectSettlement(d, deal, call, {
      status: Status.Delivered,
      paid: 18_905n,
      fee: 95n,
      evidence: EVIDENCE,
    })
    const { paid, claimed, deliveredAt } = await d.escrow.recordOf(deal.id)
    expect([paid, claimed, deliveredAt]).to.deep.equal(
      [100n * PRICE, 250n, deal.conditions.start].map(BigInt),
    )
  })
})
