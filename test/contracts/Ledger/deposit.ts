import { DOLLAR, deploy, ethers, expect, fund, loadFixture } from '../base.ts'

async function approved() {
  const d = await deploy()
  await fund(d, d.buyer, d.addresses.ledger, DOLLAR)
  return d
}

describe('Ledger: deposit', () => {
  it('takes the tokens of the caller and credits the account it names', async () => {
    const d = await loadFixture(approved)
    await expect(d.ledger.connect(d.buyer).deposit(d.token, d.seller, DOLLAR))
      .to.emit(d.ledger, 'Deposited')
      .withArgs(d.token, d.seller, d.buyer, DOLLAR)
    expect(await d.ledger.balanceOf(d.token, d.seller)).to.equal(DOLLAR)
    expect(await d.ledger.balanceOf(d.token, d.buyer)).to.equal(0n)
    expect(await d.token.balanceOf(d.ledger)).to.equal(DOLLAR)
  })

  it('adds to what is there', async () => {
    const d = await loadFixture(approved)
    await d.ledger.connect(d.buyer).deposit(d.token, d.buyer, 1n)
    await d.ledger.connect(d.buyer).deposit(d.token, d.buyer, 2n)
    expect(await d.ledger.balanceOf(d.token, d.buyer)).to.equal(3n)
  })

  it('fails without allowance or tokens', async () => {
    const d = await loadFixture(approved)
    await expect(d.ledger.connect(d.stranger).deposit(d.token, d.stranger, 1n)).to.be.revertedWithCustomError(
      d.token,
      'ERC20InsufficientAllowance',
    )
    await d.token.connect(d.stranger).approve(d.ledger, 1n)
    await expect(d.ledger.connect(d.stranger).deposit(d.token, d.stranger, 1n)).to.be.revertedWithCustomError(
      d.token,
      'ERC20InsufficientBalance',
    )
  })

  it('refuses accounts from which nobody could withdraw: nobody, the ledger, a module', async () => {
    const d = await loadFixture(approved)
    for (const account of [ethers.ZeroAddress, d.addresses.ledger, d.addresses.escrow]) {
      await expect(d.ledger.connect(d.buyer).deposit(d.token, account, 1n))
        .to.be.revertedWithCustomError(d.ledger, 'InvalidAccount')
        .withArgs(account)
    }
  })

  it('refuses a token that is no contract', async () => {
    const d = await loadFixture(approved)
    await expect(d.ledger.connect(d.buyer).deposit(d.stranger, d.buyer, 1n)).to.be.revert(ethers)
  })

  it('gives nothing for tokens that were merely sent', async () => {
    const d = await loadFixture(approved)
    await d.token.connect(d.buyer).transfer(d.ledger, DOLLAR)
    expect(await d.ledger.balanceOf(d.token, d.buyer)).to.equal(0n)
    await d.token.mint(d.stranger, 1n)
    await d.token.connect(d.stranger).approve(d.ledger, 1n)
    await d.ledger.connect(d.stranger).deposit(d.token, d.stranger, 1n)
    expect(await d.ledger.balanceOf(d.token, d.stranger)).to.equal(1n)
  })
})
