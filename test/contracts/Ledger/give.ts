import { DOLLAR, ethers, expect, loadFixture } from '../base.ts'
import { funded } from './funded.ts'

const MAX = 2n ** 128n - 1n

describe('Ledger: give', () => {
  it('credits the amount and sets the fee aside, where it is no balance', async () => {
    const d = await loadFixture(funded)
    await d.asModule.take(d.token, d.buyer, 10n)
    await d.asModule.give(d.token, d.seller, 8n, 2n)
    expect(await d.ledger.balanceOf(d.token, d.seller)).to.equal(8n)
    expect(await d.ledger.feesOf(d.token, d.seller)).to.equal(2n)
    await expect(d.asModule.take(d.token, d.seller, 9n)).to.be.revertedWithCustomError(
      d.ledger,
      'BalanceTooLow',
    )
  })

  it('adds up what is given several times', async () => {
    const d = await loadFixture(funded)
    await d.asModule.take(d.token, d.buyer, DOLLAR)
    for (const [amount, fee] of [
      [1n, 0n],
      [0n, 3n],
      [5n, 7n],
    ] as const) {
      await d.asModule.give(d.token, d.seller, amount, fee)
    }
    expect(await d.ledger.balanceOf(d.token, d.seller)).to.equal(6n)
    expect(await d.ledger.feesOf(d.token, d.seller)).to.equal(10n)
  })

  it('refuses what 128 bits cannot hold, of balance and of fees, instead of cutting it', async () => {
    const d = await loadFixture(funded)
    const other = await ethers.deployContract('TestDollar')
    await d.asModule.give(other, d.seller, MAX, MAX)
    for (const [amount, fee] of [
      [1n, 0n],
      [0n, 1n],
    ] as const) {
      await expect(d.asModule.give(other, d.seller, amount, fee))
        .to.be.revertedWithCustomError(d.ledger, 'BalanceTooLarge')
        .withArgs(other, d.seller, amount + fee)
    }
    expect(await d.ledger.balanceOf(other, d.seller)).to.equal(MAX)
    expect(await d.ledger.feesOf(other, d.seller)).to.equal(MAX)
  })
})
