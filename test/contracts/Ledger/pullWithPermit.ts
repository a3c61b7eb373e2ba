import { DOLLAR, ethers, expect, loadFixture } from '../base.ts'
import { funded } from './funded.ts'

describe('Ledger: pullWithPermit', () => {
  it('takes tokens by allowance, credits nobody, and the module holds them', async () => {
    const d = await loadFixture(funded)
    await d.asModule.pullWithPermit(d.token, d.buyer, DOLLAR, 0n, 0n, '0x')
    expect(await d.token.balanceOf(d.ledger)).to.equal(2n * DOLLAR)
    expect(await d.ledger.balanceOf(d.token, d.buyer)).to.equal(DOLLAR)
    expect(await d.ledger.balanceOf(d.token, d.module)).to.equal(0n)
    await d.asModule.give(d.token, d.seller, DOLLAR, 0n)
    expect(await d.ledger.balanceOf(d.token, d.seller)).to.equal(DOLLAR)
  })

  it('fails beyond the allowance', async () => {
    const d = await loadFixture(funded)
    await expect(d.asModule.pullWithPermit(d.token, d.buyer, DOLLAR + 1n, 0n, 0n, '0x'))
      .to.be.revertedWithCustomError(d.token, 'ERC20InsufficientAllowance')
      .withArgs(d.ledger, DOLLAR, DOLLAR + 1n)
  })

  it('refuses a token that is no contract', async () => {
    const d = await loadFixture(funded)
    await expect(d.asModule.pullWithPermit(d.stranger, d.buyer, 1n, 1n, 1n, '0x')).to.be.revert(ethers)
  })

  it('works by allowance with a token that has no permits', async () => {
    const d = await loadFixture(funded)
    const old = await ethers.deployContract('NoReturnToken')
    await old.mint(d.buyer, 5n)
    await old.connect(d.buyer).approve(d.ledger, 5n)
    await d.asModule.pullWithPermit(old, d.buyer, 5n, 5n, 0n, '0x')
    expect(await old.balanceOf(d.ledger)).to.equal(5n)
  })
})
