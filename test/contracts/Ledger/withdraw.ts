import { DAY, DOLLAR, deploy, ethers, expect, loadFixture, prefund, time } from '../base.ts'

const DELAY = 2 * DAY

/** The buyer has a dollar and asked for half of it back. */
async function requested() {
  const d = await deploy()
  await prefund(d, d.buyer, DOLLAR)
  await d.ledger.connect(d.buyer).requestWithdrawal(d.token, DOLLAR / 2n)
  return d
}

describe('Ledger: withdraw', () => {
  it('pays what was queued to whom the account names', async () => {
    const d = await loadFixture(requested)
    await time.increase(DELAY)
    await expect(d.ledger.connect(d.buyer).withdraw(d.token, d.stranger))
      .to.emit(d.ledger, 'Withdrawn')
      .withArgs(d.token, d.buyer, d.stranger, DOLLAR / 2n)
    expect(await d.token.balanceOf(d.stranger)).to.equal(DOLLAR / 2n)
    expect(await d.ledger.balanceOf(d.token, d.buyer)).to.equal(DOLLAR / 2n)
    expect((await d.ledger.withdrawalOf(d.token, d.buyer)).amount).to.equal(0n)
  })

  it('opens in the second the delay ends and not before', async () => {
    const d = await loadFixture(requested)
    const { availableAt } = await d.ledger.withdrawalOf(d.token, d.buyer)
    await time.setNextBlockTimestamp(availableAt - 1n)
    await expect(d.ledger.connect(d.buyer).withdraw(d.token, d.buyer))
      .to.be.revertedWithCustomError(d.ledger, 'WithdrawalNotReady')
      .withArgs(availableAt, availableAt - 1n)
    await time.setNextBlockTimestamp(availableAt)
    await d.ledger.connect(d.buyer).withdraw(d.token, d.buyer)
  })

  it('pays once', async () => {
    const d = await loadFixture(requested)
    await time.increase(DELAY)
    await d.ledger.connect(d.buyer).withdraw(d.token, d.buyer)
    await expect(d.ledger.connect(d.buyer).withdraw(d.token, d.buyer))
      .to.be.revertedWithCustomError(d.ledger, 'NothingToWithdraw')
      .withArgs(d.token, d.buyer)
  })

  it('pays what is left when a signed agreement spent the rest', async () => {
    const d = await loadFixture(requested)
    await d.ledger.connect(d.module).take(d.token, d.buyer, DOLLAR - 3n)
    await time.increase(DELAY)
    await d.ledger.connect(d.buyer).withdraw(d.token, d.buyer)
    expect(await d.token.balanceOf(d.buyer)).to.equal(3n)
    expect(await d.ledger.balanceOf(d.token, d.buyer)).to.equal(0n)
  })

  it('keeps the request when nothing is left', async () => {
    const d = await loadFixture(requested)
    await d.ledger.connect(d.module).take(d.token, d.buyer, DOLLAR)
    await time.increase(DELAY)
    await expect(d.ledger.connect(d.buyer).withdraw(d.token, d.buyer)).to.be.revertedWithCustomError(
      d.ledger,
      'NothingToWithdraw',
    )
    expect((await d.ledger.withdrawalOf(d.token, d.buyer)).amount).to.equal(DOLLAR / 2n)
  })

  it('leaves fees alone that are set aside in the account', async () => {
    const d = await loadFixture(requested)
    await d.ledger.connect(d.module).move(d.token, d.buyer, d.buyer, DOLLAR - 5n, 5n)
    await d.ledger.connect(d.buyer).requestWithdrawal(d.token, DOLLAR)
    await time.increase(DELAY)
    await d.ledger.connect(d.buyer).withdraw(d.token, d.buyer)
    expect(await d.token.balanceOf(d.buyer)).to.equal(DOLLAR - 5n)
    expect(await d.ledger.feesOf(d.token, d.buyer)).to.equal(5n)
  })

  it('gives nothing to who did not ask, however much it has', async () => {
    const d = await loadFixture(requested)
    await prefund(d, d.seller, DOLLAR)
    await expect(d.ledger.connect(d.seller).withdraw(d.token, d.seller)).to.be.revertedWithCustomError(
      d.ledger,
      'NothingToWithdraw',
    )
  })

  it('refuses to pay nobody, itself or a module', async () => {
    const d = await loadFixture(requested)
    await time.increase(DELAY)
    for (const to of [ethers.ZeroAddress, d.addresses.ledger, d.addresses.escrow]) {
      await expect(d.ledger.connect(d.buyer).withdraw(d.token, to))
        .to.be.revertedWithCustomError(d.ledger, 'InvalidAccount')
        .withArgs(to)
    }
  })
})
