import { deploy, expect, loadFixture } from './base.ts'

describe('TestDollar', () => {
  it('is called Test Dollar, TUSD, and has 6 decimals', async () => {
    const { token } = await loadFixture(deploy)
    expect(await token.name()).to.equal('Test Dollar')
    expect(await token.symbol()).to.equal('TUSD')
    expect(await token.decimals()).to.equal(6n)
  })

  it('is minted by anybody, to anybody', async () => {
    const d = await loadFixture(deploy)
    await d.token.connect(d.stranger).mint(d.buyer, 5n)
    expect(await d.token.balanceOf(d.buyer)).to.equal(5n)
    expect(await d.token.totalSupply()).to.equal(5n)
  })

  it('is minted so much at a time that nobody can exhaust the supply', async () => {
    const { token, buyer } = await loadFixture(deploy)
    const most = 2n ** 112n - 1n
    expect(await token.MAX_MINT()).to.equal(most)
    await token.mint(buyer, most)
    for (const amount of [most + 1n, 2n ** 256n - 1n - most]) {
      await expect(token.mint(buyer, amount))
        .to.be.revertedWithCustomError(token, 'MintTooLarge')
        .withArgs(amount, most)
    }
    await token.mint(buyer, most)
    expect(await token.balanceOf(buyer)).to.equal(2n * most)
  })

  it('signs permits and authorisations in one domain', async () => {
    const { token, addresses } = await loadFixture(deploy)
    const [fields, name, version, chainId, contract] = await token.eip712Domain()
    expect([fields, name, version, chainId, contract]).to.deep.equal([
      '0x0f',
      'Test Dollar',
      '1',
      31337n,
      addresses.token,
    ])
  })
})
