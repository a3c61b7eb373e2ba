import {
  EVIDENCE,
  FEE,
  market,
  newAgreement,
  open,
  opened,
  PAYMENT,
  Status,
  sign,
  signRelease,
} from '../agreement.ts'
import { ethers, expect, loadFixture, malleate, time } from '../base.ts'

describe('IntentEscrow: settle', () => {
  it('pays the payout account, keeps the fee and frees the stake', async () => {
    const d = await loadFixture(market)
    const { agreement, id } = await opened(d)
    const release = await signRelease(d, d.buyer, id)
    await expect(d.escrow.connect(d.stranger).settle(agreement, EVIDENCE, release))
      .to.emit(d.escrow, 'Settled')
      .withArgs(id, d.buyer, d.seller, PAYMENT - FEE, FEE, EVIDENCE)
    expect(await d.ledger.balanceOf(d.token, d.payout)).to.equal(PAYMENT - FEE)
    expect(await d.ledger.balanceOf(d.token, d.feeRecipient)).to.equal(FEE)
    expect(await d.ledger.balanceOf(d.token, d.escrow)).to.equal(0n)
    expect(await d.escrow.statusOf(id)).to.equal(Status.Settled)
    expect((await d.vault.positionOf(d.agentId, d.owner)).locked).to.equal(0n)
  })

  it('takes the word of the buyer when it calls itself', async () => {
    const d = await loadFixture(market)
    const { agreement, id } = await opened(d)
    await d.escrow.connect(d.buyer).settle(agreement, EVIDENCE, '0x')
    expect(await d.escrow.statusOf(id)).to.equal(Status.Settled)
  })

  it('needs no fee of a payment too small to bear one', async () => {
    const d = await loadFixture(market)
    const { agreement, id } = await opened(d, { quantity: 199n, price: 1000n })
    await expect(d.escrow.connect(d.buyer).settle(agreement, EVIDENCE, '0x'))
      .to.emit(d.escrow, 'Settled')
      .withArgs(id, d.buyer, d.seller, 199n, 0n, EVIDENCE)
    const moved = await d.ledger.queryFilter(
      d.ledger.filters.Moved(d.token, d.escrow),
      await time.latestBlock(),
    )
    expect(moved.map(({ args }) => [args.to, args.amount])).to.deep.equal([[d.payout.address, 199n]])
  })

  it('frees nothing when nothing was locked', async () => {
    const d = await loadFixture(market)
    const { agreement } = await opened(d, { exposure: 0n })
    await expect(d.escrow.connect(d.buyer).settle(agreement, EVIDENCE, '0x')).not.to.emit(d.vault, 'Unlocked')
  })

  it('still settles after the deadline, as long as nobody refunded', async () => {
    const d = await loadFixture(market)
    const { agreement, id } = await opened(d)
    await time.increaseTo(BigInt(agreement.deadline) + 1n)
    await d.escrow.connect(d.buyer).settle(agreement, EVIDENCE, '0x')
    expect(await d.escrow.statusOf(id)).to.equal(Status.Settled)
  })

  it('refuses everybody who does not bring the word of the buyer for this agreement and evidence', async () => {
    const d = await loadFixture(market)
    const { agreement, id } = await opened(d)
    const good = await signRelease(d, d.buyer, id)
    const bad = [
      '0x',
      await signRelease(d, d.seller, id),
      await signRelease(d, d.buyer, id, ethers.id('other evidence')),
      await signRelease(d, d.buyer, ethers.id('other agreement')),
      await sign(d, d.buyer, agreement),
      malleate(good),
      ethers.concat([good, '0x00']),
    ]
    for (const release of bad) {
      await expect(d.escrow.connect(d.seller).settle(agreement, EVIDENCE, release))
        .to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
        .withArgs(d.buyer)
    }
  })

  it('refuses a wrong release from the buyer too: it meant something else', async () => {
    const d = await loadFixture(market)
    const { agreement, id } = await opened(d)
    const release = await signRelease(d, d.buyer, id, ethers.id('other evidence'))
    await expect(
      d.escrow.connect(d.buyer).settle(agreement, EVIDENCE, release),
    ).to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
  })

  it('pays once', async () => {
    const d = await loadFixture(market)
    const { agreement, id } = await opened(d)
    await opened(d, { nonce: 2n })
    const release = await signRelease(d, d.buyer, id)
    await d.escrow.settle(agreement, EVIDENCE, release)
    await expect(d.escrow.settle(agreement, EVIDENCE, release))
      .to.be.revertedWithCustomError(d.escrow, 'UnexpectedStatus')
      .withArgs(id, Status.Settled, Status.Open)
    expect(await d.ledger.balanceOf(d.token, d.escrow)).to.equal(PAYMENT)
  })

  it('refuses what was never opened, was cancelled or was refunded', async () => {
    const d = await loadFixture(market)
    const never = await newAgreement(d, { nonce: 1n })
    const cancelled = await newAgreement(d, { nonce: 2n })
    await d.escrow.connect(d.seller).cancel(cancelled)
    const refunded = await newAgreement(d, { nonce: 3n })
    await open(d, refunded)
    await time.increaseTo(BigInt(refunded.deadline) + 1n)
    await d.escrow.refund(refunded)
    for (const agreement of [never, cancelled, refunded]) {
      await expect(d.escrow.connect(d.buyer).settle(agreement, EVIDENCE, '0x')).to.be.revertedWithCustomError(
        d.escrow,
        'UnexpectedStatus',
      )
    }
  })

  it('settles although owner, wallet and module approval changed in between', async () => {
    const d = await loadFixture(market)
    const { agreement } = await opened(d)
    await d.vault.connect(d.owner).approveModule(d.escrow, false)
    await d.registry.connect(d.owner).transferFrom(d.owner, d.stranger, d.agentId)
    await d.escrow.connect(d.buyer).settle(agreement, EVIDENCE, '0x')
    expect((await d.vault.positionOf(d.agentId, d.owner)).locked).to.equal(0n)
  })
})
