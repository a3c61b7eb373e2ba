import { DOLLAR, ethers, expect, loadFixture, prefund } from '../base.ts'
import { funded } from './funded.ts'

describe('Ledger: take', () => {
  it('debits the account, and the module holds what no account has', async () => {
    const d = await loadFixture(funded)
    await d.asModule.take(d.token, d.buyer, 7n)
    expect(await d.ledger.balanceOf(d.token, d.buyer)).to.equal(DOLLAR - 7n)
    expect(await d.ledger.balanceOf(d.token, d.module)).to.equal(0n)
    expect(await d.token.balanceOf(d.ledger)).to.equal(DOLLAR)
  })

  it('fails for more than there is, though the ledger holds it for others', async () => {
    const d = await loadFixture(funded)
    await prefund(d, d.seller, DOLLAR)
    await d.asModule.take(d.token, d.buyer, DOLLAR)
    await expect(d.asModule.take(d.token, d.buyer, 1n))
      .to.be.revertedWithCustomError(d.ledger, 'BalanceTooLow')
      .withArgs(d.token, d.buyer, 0n, 1n)
  })

  it('fails for amounts beyond 128 bits, instead of cutting them', async () => {
    const d = await loadFixture(funded)
    await expect(d.asModule.take(d.token, d.buyer, 2n ** 128n + 1n))
      .to.be.revertedWithCustomError(d.ledger, 'BalanceTooLow')
      .withArgs(d.token, d.buyer, DOLLAR, 2n ** 128n + 1n)
  })

  it('does not mix tokens', async () => {
    const d = await loadFixture(funded)
    const other = await ethers.deployContract('TestDollar')
    await expect(d.asModule.take(other, d.buyer, 1n))
      .to.be.revertedWithCustomError(d.ledger, 'BalanceTooLow')
      .withArgs(other, d.buyer, 0n, 1n)
  })
})
