import { DAY, DOLLAR, deploy, ethers, expect, loadFixture, prefund, time } from '../base.ts'

const DELAY = 2 * DAY

async function prefunded() {
  const d = await deploy()
  await prefund(d, d.buyer, DOLLAR)
  return d
}

describe('Ledger: requestWithdrawal', () => {
  it('queues an amount until the delay is over', async () => {
    const d = await loadFixture(prefunded)
    const now = (await time.latest()) + 10
    await time.setNextBlockTimestamp(now)
    await expect(d.ledger.connect(d.buyer).requestWithdrawal(d.token, 5n))
      .to.emit(d.ledger, 'WithdrawalRequested')
      .withArgs(d.token, d.buyer, 5n, now + DELAY)
    expect([...(await d.ledger.withdrawalOf(d.token, d.buyer))]).to.deep.equal([5n, BigInt(now + DELAY)])
    expect(await d.ledger.balanceOf(d.token, d.buyer)).to.equal(DOLLAR)
  })

  it('replaces the request before and starts the delay anew', async () => {
    const d = await loadFixture(prefunded)
    await d.ledger.connect(d.buyer).requestWithdrawal(d.token, 5n)
    await time.increase(DELAY - 10)
    await d.ledger.connect(d.buyer).requestWithdrawal(d.token, 6n)
    const available = (await time.latest()) + DELAY
    expect([...(await d.ledger.withdrawalOf(d.token, d.buyer))]).to.deep.equal([6n, BigInt(available)])
  })

  it('is cancelled by asking for nothing', async () => {
    const d = await loadFixture(prefunded)
    await d.ledger.connect(d.buyer).requestWithdrawal(d.token, 5n)
    await expect(d.ledger.connect(d.buyer).requestWithdrawal(d.token, 0n))
      .to.emit(d.ledger, 'WithdrawalRequested')
      .withArgs(d.token, d.buyer, 0n, 0n)
    expect([...(await d.ledger.withdrawalOf(d.token, d.buyer))]).to.deep.equal([0n, 0n])
  })

  it('refuses what 128 bits cannot hold, instead of cutting it', async () => {
    const d = await loadFixture(prefunded)
    await d.ledger.connect(d.buyer).requestWithdrawal(d.token, 2n ** 128n - 1n)
    await expect(d.ledger.connect(d.buyer).requestWithdrawal(d.token, 2n ** 128n))
      .to.be.revertedWithCustomError(d.ledger, 'SafeCastOverflowedUintDowncast')
      .withArgs(128, 2n ** 128n)
  })

  it('knows tokens and accounts apart', async () => {
    const d = await loadFixture(prefunded)
    await d.ledger.connect(d.buyer).requestWithdrawal(d.token, 5n)
    expect((await d.ledger.withdrawalOf(d.token, d.seller)).amount).to.equal(0n)
    expect((await d.ledger.withdrawalOf(ethers.ZeroAddress, d.buyer)).amount).to.equal(0n)
  })
})
