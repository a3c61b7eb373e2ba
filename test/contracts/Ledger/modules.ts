import { DOLLAR, deploy, ethers, expect, fund, loadFixture, prefund } from '../base.ts'

async function funded() {
  const d = await deploy()
  await prefund(d, d.buyer, DOLLAR)
  await fund(d, d.buyer, d.addresses.ledger, DOLLAR)
  return d
}

describe('Ledger: what only modules may do', () => {
  it('is refused to everybody else, the account itself included', async () => {
    const d = await loadFixture(funded)
    const ledger = d.ledger.connect(d.buyer)
    const word = ethers.ZeroHash
    const calls = [
      ledger.move(d.token, d.buyer, d.seller, 1n),
      ledger.pull(d.token, d.buyer, d.seller, 1n),
      ledger.pullWithPermit(d.token, d.buyer, d.seller, 1n, 1n, 1n, '0x'),
      ledger.pullWithAuthorization(d.token, d.buyer, d.seller, 1n, 0n, 1n, word, '0x'),
    ]
    for (const call of calls) {
      await expect(call).to.be.revertedWithCustomError(d.ledger, 'NotModule').withArgs(d.buyer)
    }
  })
})

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
