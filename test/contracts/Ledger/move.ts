import { DOLLAR, ethers, expect, loadFixture, prefund } from '../base.ts'
import { balancesOf, funded } from './funded.ts'

describe('Ledger: move', () => {
  it('moves a balance from one account to another, which holds the fee', async () => {
    const d = await loadFixture(funded)
    await d.asModule.move(d.token, d.buyer, d.seller, 7n, 2n)
    expect(await balancesOf(d, d.buyer.address, d.seller.address)).to.deep.equal([DOLLAR - 9n, 7n])
    expect(await d.ledger.feesOf(d.token, d.seller)).to.equal(2n)
    expect(await d.ledger.feesOf(d.token, d.buyer)).to.equal(0n)
  })

  it('fails for more than there is, the fee included', async () => {
    const d = await loadFixture(funded)
    await prefund(d, d.seller, DOLLAR)
    await expect(d.asModule.move(d.token, d.buyer, d.seller, DOLLAR, 1n))
      .to.be.revertedWithCustomError(d.ledger, 'BalanceTooLow')
      .withArgs(d.token, d.buyer, DOLLAR, DOLLAR + 1n)
  })

  it('creates nothing when an account pays itself', async () => {
    const d = await loadFixture(funded)
    await d.asModule.move(d.token, d.buyer, d.buyer, DOLLAR - 1n, 1n)
    expect(await d.ledger.balanceOf(d.token, d.buyer)).to.equal(DOLLAR - 1n)
    expect(await d.ledger.feesOf(d.token, d.buyer)).to.equal(1n)
  })

  it('does not mix tokens', async () => {
    const d = await loadFixture(funded)
    const other = await ethers.deployContract('TestDollar')
    await expect(d.asModule.move(other, d.buyer, d.seller, 1n, 0n))
      .to.be.revertedWithCustomError(d.ledger, 'BalanceTooLow')
      .withArgs(other, d.buyer, 0n, 1n)
  })

  it('does not wrap around when amount and fee add up to more than 256 bits', async () => {
    const d = await loadFixture(funded)
    await expect(d.asModule.move(d.token, d.buyer, d.seller, ethers.MaxUint256, 1n)).to.be.revertedWithPanic(
      0x11,
    )
  })
})
