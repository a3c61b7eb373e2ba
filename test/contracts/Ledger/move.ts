import { DOLLAR, ethers, expect, loadFixture, prefund } from '../base.ts'
import { funded } from './funded.ts'

describe('Ledger: move', () => {
  it('moves a balance from one account to another', async () => {
    const d = await loadFixture(funded)
    await expect(d.ledger.connect(d.module).move(d.token, d.buyer, d.seller, 7n))
      .to.emit(d.ledger, 'Moved')
      .withArgs(d.token, d.buyer, d.seller, 7n)
    expect(await d.ledger.balanceOf(d.token, d.buyer)).to.equal(DOLLAR - 7n)
    expect(await d.ledger.balanceOf(d.token, d.seller)).to.equal(7n)
  })

  it('fails for more than there is, though the ledger holds it for others', async () => {
    const d = await loadFixture(funded)
    await prefund(d, d.seller, DOLLAR)
    await expect(d.ledger.connect(d.module).move(d.token, d.buyer, d.seller, DOLLAR + 1n))
      .to.be.revertedWithCustomError(d.ledger, 'BalanceTooLow')
      .withArgs(d.token, d.buyer, DOLLAR, DOLLAR + 1n)
  })

  it('creates nothing when an account pays itself', async () => {
    const d = await loadFixture(funded)
    await d.ledger.connect(d.module).move(d.token, d.buyer, d.buyer, DOLLAR)
    expect(await d.ledger.balanceOf(d.token, d.buyer)).to.equal(DOLLAR)
  })

  it('does not mix tokens', async () => {
    const d = await loadFixture(funded)
    const other = await ethers.deployContract('TestDollar')
    await expect(d.ledger.connect(d.module).move(other, d.buyer, d.seller, 1n))
      .to.be.revertedWithCustomError(d.ledger, 'BalanceTooLow')
      .withArgs(other, d.buyer, 0n, 1n)
  })
})
