import { DOLLAR, ethers, expect, loadFixture } from '../base.ts'
import { funded } from './funded.ts'

describe('Ledger: pull', () => {
  it('takes tokens by allowance and credits the account', async () => {
    const d = await loadFixture(funded)
    await expect(d.ledger.connect(d.module).pull(d.token, d.buyer, d.seller, DOLLAR))
      .to.emit(d.ledger, 'Deposited')
      .withArgs(d.token, d.seller, d.buyer, DOLLAR)
    expect(await d.ledger.balanceOf(d.token, d.seller)).to.equal(DOLLAR)
    expect(await d.ledger.balanceOf(d.token, d.buyer)).to.equal(DOLLAR)
  })

  it('fails beyond the allowance', async () => {
    const d = await loadFixture(funded)
    await expect(
      d.ledger.connect(d.module).pull(d.token, d.buyer, d.seller, DOLLAR + 1n),
    ).to.be.revertedWithCustomError(d.token, 'ERC20InsufficientAllowance')
  })
})

describe('Ledger: pullWithAuthorization', () => {
  it('refuses a token that is no contract', async () => {
    const d = await loadFixture(funded)
    const call = d.ledger
      .connect(d.module)
      .pullWithAuthorization(d.stranger, d.buyer, d.seller, 1n, 0n, 1n, ethers.ZeroHash, '0x')
    await expect(call).to.be.revert(ethers)
  })

  it('credits nothing when a token without authorisations swallows the call', async () => {
    const d = await loadFixture(funded)
    const wallet = await ethers.deployContract('NoReturnToken')
    const call = d.ledger
      .connect(d.module)
      .pullWithAuthorization(wallet, d.buyer, d.seller, 1n, 0n, 1n, ethers.ZeroHash, '0x')
    await expect(call).to.be.revertedWithCustomError(d.ledger, 'FailedCall')
  })
})
